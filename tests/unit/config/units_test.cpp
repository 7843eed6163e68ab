#include "sim/config/units.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/units.hpp"

using namespace campaign_sim;
using namespace campaign_sim::config;

namespace {

template <class Q>
double base(std::string_view text) {
  const auto parsed = parse_amount(text, Q::dimension);
  if (const auto* why = std::get_if<std::string>(&parsed)) FAIL(*why);
  return std::get<Amount>(parsed).base;
}

template <class Q>
std::string fault(std::string_view text) {
  const auto parsed = parse_amount(text, Q::dimension);
  const auto* why = std::get_if<std::string>(&parsed);
  return why ? *why : "";
}

}  // namespace

TEST_CASE("plain numbers are finite and decimal") {
  CHECK(parse_plain_number("1.5e3") == 1500);
  CHECK(parse_plain_number("+2") == 2);
  CHECK(parse_plain_number("-.5") == -0.5);
  for (const auto* bad : {"", "-", "+", ".nan", ".inf", "nan", "inf", "-inf", "+inf", "1e999", "0x10",
                          "1,000", "1 2", "many", " 1", "1_000", "+-1"})
    CHECK_FALSE(parse_plain_number(bad));
  CHECK(parse_number("300 k") == 300'000);
  CHECK(parse_number("2G") == 2e9);
  CHECK(parse_number("1.5 M") == 1.5e6);
  CHECK(parse_number("3 T") == 3e12);
  CHECK_FALSE(parse_number("3 K"));
  CHECK_FALSE(parse_number("3 kk"));
  CHECK_FALSE(parse_number("1e300 T"));
}

TEST_CASE("units are converted to the base units") {
  CHECK(base<Seconds>("1.5 h") == 5400);
  CHECK(base<Seconds>("10min") == 600);
  CHECK(base<Seconds>("250 ms") == 0.25);
  CHECK(base<Seconds>("2 d") == 172800);
  CHECK(base<Seconds>("1 week") == 604800);
  CHECK(base<Seconds>("4 years") == 1461 * 86400.0);
  CHECK(base<Joules>("2 MWh") == 7.2e9);
  CHECK(base<Joules>("3 kJ") == 3000);
  CHECK(base<Joules>("1 GWh") == 3.6e12);
  CHECK(base<Watts>("250 W") == 250);
  CHECK(base<Watts>("0.3 kW") == 300);
  CHECK(base<Watts>("1 J/s") == 1);
  CHECK(base<Bytes>("16 GB") == 16e9);
  CHECK(base<Bytes>("6 GiB") == 6442450944);
  CHECK(base<BytesPerSecond>("25 Gbit/s") == 3.125e9);
  CHECK(base<FlopsPerSecond>("15.7 TFLOP/s") == 15.7e12);
  CHECK(base<Flops>("3EFLOP") == 3e18);
  CHECK(base<Kilograms>("1 t") == 1000);
  CHECK(base<Kilograms>("626155 lb") == Approx(284019.13));
  CHECK(base<KilogramsPerJoule>("0.43 kg/kWh") == 0.43 / 3.6e6);
  CHECK(base<KilogramsPerJoule>("430 gCO2e/kWh") == Approx(0.43 / 3.6e6));
  CHECK(base<KilogramsPerJoule>("0.954 lb/kWh") == Approx(0.954 * 0.45359237 / 3.6e6).epsilon(1e-15));
  CHECK(base<MoneyPerJoule>("0.12 USD/kWh") == 0.12 / 3.6e6);
  CHECK(base<MoneyPerSecond>("2.48 EUR/h") == 2.48 / 3600);
  CHECK(base<Quantity<-1, 0, 0, 0, 0, 0>>("0.5 1/h") == 0.5 / 3600);
  const auto amount = parse_amount("3 CHF", Money::dimension);
  CHECK(std::get<Amount>(amount).currency == "CHF");
}

TEST_CASE("a wrong unit is answered with what was expected") {
  CHECK(fault<Watts>("1.5 h") == "expected a power, such as 250 W, but '1.5 h' is a duration");
  CHECK(fault<Watts>("250") == "expected a power, such as 250 W, but '250' has no unit");
  CHECK(fault<Watts>("much") ==
        "expected a power, such as 250 W, but 'much' does not begin with a finite number");
  CHECK(fault<Watts>(".nan W") ==
        "expected a power, such as 250 W, but '.nan W' does not begin with a finite number");
  CHECK(fault<Watts>("inf W") ==
        "expected a power, such as 250 W, but 'inf W' does not begin with a finite number");
  CHECK(fault<Watts>("1e308 MW") == "expected a power, such as 250 W, but '1e308 MW' is too large");
  CHECK(fault<Watts>("2 W/h") == "expected a power, such as 250 W, but '2 W/h' is something else");
  CHECK(fault<Watts>("250 w") == "unknown unit 'w'; did you mean 'W'? (expected a power, such as 250 W)");
  CHECK(fault<Watts>("250 quux") == "unknown unit 'quux' (expected a power, such as 250 W)");
  CHECK(fault<Watts>("5 %") ==
        "percent is not a unit; write a ratio from 0 to 1 (expected a power, such as 250 W)");
  CHECK(fault<FlopsPerSecond>("15.7 TFLOPS") ==
        "unknown unit 'TFLOPS' (is it a count or a rate?); write TFLOP or TFLOP/s "
        "(expected a computing rate, such as 15.7 TFLOP/s)");
  CHECK(fault<KilogramsPerJoule>("0.4 kg") ==
        "expected a carbon intensity, such as 0.43 kg/kWh, but '0.4 kg' is a mass of CO2e");
  CHECK(fault<Quantity<2, 1, 0, 0, 0, 0>>("1 s") ==
        "expected a quantity in s^2 J^1, but '1 s' is a duration");
}

TEST_CASE("every dimension has its words, and its example has the dimension") {
  for (const auto& dimension :
       {Seconds::dimension, Joules::dimension, Watts::dimension, Bytes::dimension, BytesPerSecond::dimension,
        Flops::dimension, FlopsPerSecond::dimension, Kilograms::dimension, KilogramsPerJoule::dimension,
        Money::dimension, MoneyPerJoule::dimension, MoneyPerSecond::dimension}) {
    const auto words = describe_dimension(dimension);
    INFO(words);
    REQUIRE(words.find("such as ") != std::string::npos);
    CHECK(std::holds_alternative<Amount>(parse_amount(words.substr(words.find("such as ") + 8), dimension)));
  }
}

TEST_CASE("an amount is written in the shortest unit that gives the same number back") {
  CHECK(write_amount(5400, Seconds::dimension, "") == "1.5 h");
  CHECK(write_amount(90, Seconds::dimension, "") == "90 s");
  CHECK(write_amount(0, Seconds::dimension, "") == "0 s");
  CHECK(write_amount(0.43 / 3.6e6, KilogramsPerJoule::dimension, "") == "0.43 kg/kWh");
  CHECK(write_amount(0.12 / 3.6e6, MoneyPerJoule::dimension, "EUR") == "0.12 EUR/kWh");
  CHECK(write_amount(15.7e12, FlopsPerSecond::dimension, "") == "15.7 TFLOP/s");
  CHECK(write_amount(INFINITY, Seconds::dimension, "") == "unlimited");
  for (const double value : {1.0 / 3, 1e-300, 123456789.123, 6.02e23})
    CHECK(base<Joules>(write_amount(value, Joules::dimension, "")) == value);
}
