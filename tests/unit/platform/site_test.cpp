#include <catch2/catch.hpp>

#include "sim/platform/platform.hpp"
#include "tests/support/library.hpp"

using namespace campaign_sim;
using testing::load_site;
using testing::mistakes;

static double kilograms_per_kwh(const Site& site) { return site.intensity.base() * joules_per_kwh; }

TEST_CASE("the sites of published campaigns have the factors their papers used") {
  const Site strubell = load_site("us-average-2018-strubell").value;
  CHECK(strubell.name == "us-average-2018-strubell");
  CHECK(strubell.pue == 1.58);
  CHECK(kilograms_per_kwh(strubell) == Approx(0.954 * 0.45359237).epsilon(1e-12));
  CHECK(strubell.electricity_price.base() * joules_per_kwh == Approx(0.12));
  const Site georgia = load_site("google-georgia-2018").value;
  CHECK(georgia.pue == 1.10);
  CHECK(kilograms_per_kwh(georgia) == Approx(0.431));
  // One BERT after Strubell et al. 2019: 64 V100, 12,041.51 W, 79.2 h (their Table 3 prints 79).
  CHECK(kilograms_per_kwh(strubell) / 0.45359237 * 12.04151 * 79.2 * strubell.pue ==
        Approx(1438).epsilon(0.001));
}

TEST_CASE("country files are life-cycle values, not production mixes") {
  // Sweden: 0.0407 life-cycle, 0.0057 as a production mix.
  CHECK(kilograms_per_kwh(load_site("sweden").value) == Approx(0.0407));
  CHECK(kilograms_per_kwh(load_site("france").value) == Approx(0.056));
  CHECK(kilograms_per_kwh(load_site("germany").value) == Approx(0.381));
}

TEST_CASE("a site may be overridden, and electricity may be free") {
  CHECK(kilograms_per_kwh(load_site("{use: google-iowa, intensity: 80 g/kWh}").value) == Approx(0.080));
  CHECK(load_site("{pue: 1, intensity: 0 kg/kWh}").value.electricity_price.base() == 0);
}

TEST_CASE("mistakes in a site say what is wrong") {
  const auto wrong = [](const std::string& text) { return mistakes(load_site, text); };
  using Catch::Contains;
  CHECK_THAT(wrong("{use: france, pue: 0.9}"), Contains("'pue' must be at least 1 (it is 0.9)"));
  CHECK_THAT(wrong("{use: france, intensity: -1 g/kWh}"), Contains("'intensity' must be at least 0 kg/J"));
  CHECK_THAT(wrong("{use: france, intensity: 56 g}"), Contains("'intensity'"));
  CHECK_THAT(wrong("{use: france, electricity_price: -0.01 USD/kWh}"),
             Contains("'electricity_price' must be at least 0"));
  CHECK_THAT(wrong("{intensity: 1 g/kWh}"), Contains("'pue' is missing in it (a number)"));
  CHECK_THAT(wrong("{pue: 1.2}"), Contains("'intensity' is missing in it"));
  CHECK_THAT(wrong("{use: france, pue: 158}"), Contains("a percentage? 158 % is 1.58"));
  CHECK_THAT(wrong("{use: france, pue: {load: [0, 1], pue: [158, 120]}}"), Contains("a PUE of 158"));
  CHECK_THAT(wrong("{use: france, market_intensity: 50 kg/kWh}"), Contains("did you mean 50 g/kWh?"));
  CHECK(load_site("{use: france, market_intensity: 0.1 g/kWh}").value.market_intensity.has_value());
  CHECK_THAT(wrong("frnace"), Contains("did you mean 'france'?"));
}
