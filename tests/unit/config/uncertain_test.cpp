#include "sim/config/uncertain.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "sim/config/units.hpp"
#include "tests/unit/config/support.hpp"

using namespace campaign_sim;
using campaign_sim::testing::mistakes;

namespace {

// The text of a file whose key `power` holds `value`, read as watts.
std::string wrong_power(const std::string& value) {
  return mistakes("power: " + value + "\n",
                  [](Reader& root) { root.quantity<Watts>("power", between(0, 1000)); });
}

UncertainNumber only_range(const std::string& text) {
  auto document = Document::parse(text, "try.yaml");
  document.root().number("n");
  document.finish();
  REQUIRE(uncertain_inputs(document.inputs()).size() == 1);
  return uncertain_inputs(document.inputs()).front().number;
}

// Mean and standard deviation, from the quantile function.
std::pair<double, double> moments(const UncertainNumber& input) {
  constexpr int n = 20'000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < n; ++i) {
    const double drawn = input.quantile((i + 0.5) / n);
    sum += drawn;
    squares += drawn * drawn;
  }
  return {sum / n, std::sqrt(squares / n - sum / n * sum / n)};
}

}  // namespace

TEST_CASE("a range is read as its value, or else its middle") {
  auto document = Document::parse(
      "a: {value: 400 W, from: 300 W, to: 0.45 kW, source: x, mark: assumed}\n"
      "b: {from: 2, to: 3}\nc: {value: 8, std: 1}\nd: {from: 1, to: 4}\ne: 7\n",
      "try.yaml");
  auto root = document.root();
  CHECK(root.quantity<Watts>("a").base() == 400);
  CHECK(root.number("b") == 2.5);
  CHECK(root.number("c") == 8);
  CHECK(root.integer("d") == 2);
  CHECK(root.number("e") == 7);
  document.finish();
  const auto found = uncertain_inputs(document.inputs());
  REQUIRE(found.size() == 4);
  CHECK(found[0].paths == std::vector<std::string>{"a"});
  CHECK(found[0].number.distribution == Distribution::triangular);
  CHECK(found[0].number.low == 300);
  CHECK(found[0].number.high == 450);
  CHECK(found[0].assignments(387.5) == std::vector<std::string>{"a=387.5 W"});
  CHECK(found[1].number.distribution == Distribution::uniform);
  CHECK(found[2].number.distribution == Distribution::normal);
  CHECK(found[2].number.low == 5);
  CHECK(found[2].number.high == 11);
  CHECK(found[3].number.whole);
  REQUIRE(document.inputs().size() == 5);
  CHECK(document.inputs()[0].value == "{value: 400 W, from: 300 W, to: 0.45 kW, distribution: triangular}");
  CHECK(document.inputs()[0].source == "x");
  CHECK(document.inputs()[0].mark == Mark::assumed);
  CHECK(document.inputs()[1].value == "{from: 2, to: 3, distribution: uniform}");
}

TEST_CASE("a range is drawn from whatever characters its unit has") {
  auto document = Document::parse(
      "a: {value: 400 gCO2e/kWh, from: 300 gCO2e/kWh, to: 0.5 kgCO2e/kWh}\n"
      "b: {from: 1e3 W, to: 2e3 W}\n",
      "try.yaml");
  auto root = document.root();
  root.quantity<KilogramsPerJoule>("a");
  root.quantity<Watts>("b");
  document.finish();
  const auto found = uncertain_inputs(document.inputs());
  REQUIRE(found.size() == 2);
  CHECK(found[0].number.low == 300);
  CHECK(found[0].number.high == Approx(500));
  CHECK(found[0].assignments(350) == std::vector<std::string>{"a=350 gCO2e/kWh"});
  CHECK(found[1].assignments(1500) == std::vector<std::string>{"b=1500 W"});
}

TEST_CASE("the quantiles of a range are those of its distribution") {
  const auto uniform = only_range("n: {value: 7, from: 2, to: 8, distribution: uniform}");
  CHECK(uniform.quantile(0) == 2);
  CHECK(uniform.quantile(0.25) == 3.5);
  CHECK(uniform.quantile(1) == 8);

  const auto triangle = only_range("n: {value: 3, from: 2, to: 8}");
  CHECK(triangle.quantile(0) == 2);
  CHECK(triangle.quantile(1) == 8);
  CHECK(triangle.quantile(1.0 / 6) == Approx(3));  // the share below the mode
  CHECK(moments(triangle).first == Approx(13.0 / 3).epsilon(1e-4));
  CHECK(moments(triangle).second == Approx(std::sqrt((4 + 64 + 9 - 16 - 6 - 24) / 18.0)).epsilon(1e-3));
  CHECK(only_range("n: {value: 2, from: 2, to: 8}").quantile(0.75) == Approx(5));

  const auto normal = only_range("n: {value: 10, std: 2}");
  CHECK(normal.quantile(0.5) == Approx(10));
  CHECK(normal.quantile(0) == Approx(4));
  CHECK(normal.quantile(1) == Approx(16));
  CHECK(moments(normal).second == Approx(1.9733).epsilon(1e-3));  // 2 before it was cut at 3 of them
}

TEST_CASE("whole numbers of a range are as likely as one another") {
  auto document = Document::parse("n: {from: 1, to: 4}", "try.yaml");
  document.root().integer("n");
  document.finish();
  const auto input = uncertain_inputs(document.inputs()).front();
  std::vector<int> counts(6);
  for (int i = 0; i < 400; ++i) ++counts.at(static_cast<std::size_t>(input.number.quantile((i + 0.5) / 400)));
  CHECK(counts == std::vector<int>{0, 100, 100, 100, 100, 0});
  CHECK(input.assignments(3) == std::vector<std::string>{"n=3"});
}

TEST_CASE("an alias is the same quantity and a list holds ranges too") {
  auto document = Document::parse("a: &p {from: 1, to: 2}\nb: *p\nc: [5, {from: 6, to: 8}]\n", "try.yaml");
  auto root = document.root();
  root.number("a");
  root.number("b");
  root.number("a");
  CHECK(root.numbers("c") == std::vector<double>{5, 7});
  document.finish();
  REQUIRE(uncertain_inputs(document.inputs()).size() == 2);
  CHECK(uncertain_inputs(document.inputs())[0].assignments(1.5) ==
        std::vector<std::string>{"a=1.5", "b=1.5"});
  CHECK(uncertain_inputs(document.inputs())[1].paths == std::vector<std::string>{"c.1"});
  document.set("c.1=6.5");
  CHECK(document.root().numbers("c") == std::vector<double>{5, 6.5});
}

TEST_CASE("an assignment takes the place of a range") {
  for (const std::string assignment : {"a=1.5", "a.value=1.5"}) {
    auto document = Document::parse("a: {value: 1, from: 0, to: 2}", "try.yaml");
    document.set(assignment);
    CHECK(document.root().number("a") == 1.5);
    document.finish();
    CHECK(uncertain_inputs(document.inputs()).empty());
  }
  auto document = Document::parse("a: 1", "try.yaml");
  document.set("a={value: 1, from: 0, to: 2}");
  CHECK(document.root().number("a") == 1);
  document.finish();
  CHECK(uncertain_inputs(document.inputs()).size() == 1);
}

TEST_CASE("a resolved range reads back as the same range") {
  auto document = Document::parse("a: {from: 1 W, to: 2 W, mark: assumed}\n", "try.yaml");
  document.root().quantity<Watts>("a");
  document.finish();
  CHECK(document.resolved() ==
        "a:\n  from: 1 W\n  to: 2 W\n  mark: assumed\n  distribution: uniform  # default\n");
  auto again = Document::parse(document.resolved(), "again.yaml");
  CHECK(again.root().quantity<Watts>("a").base() == 1.5);
  again.finish();
  CHECK(uncertain_inputs(again.inputs()).front().number.distribution == Distribution::uniform);
}

TEST_CASE("any amount can be written so that it reads back") {
  for (int i = 1; i < 3000; ++i) {
    const double base = std::sqrt(i) * 1e-9 / 3;
    for (const auto& dimension :
         {KilogramsPerJoule::dimension, MoneyPerSecond::dimension, Watts::dimension}) {
      const auto back = config::parse_amount(config::write_amount(base, dimension, "USD"), dimension);
      REQUIRE(std::holds_alternative<config::Amount>(back));
      CHECK(std::get<config::Amount>(back).base == Approx(base).epsilon(1e-14));
    }
  }
}

TEST_CASE("mistakes in a range are shown where they stand") {
  CHECK(wrong_power("{value: 400 W, from: 450 W, to: 300 W}") ==
        "try.yaml:1:29: error: 'power.from' must be less than 'power.to'; swap them\n"
        "  power: {value: 400 W, from: 450 W, to: 300 W}\n                              ^\n");
  CHECK(wrong_power("{value: 500 W, from: 300 W, to: 450 W}") ==
        "try.yaml:1:16: error: 'power.value' must lie between 'power.from' and 'power.to'\n"
        "  power: {value: 500 W, from: 300 W, to: 450 W}\n                 ^\n");
  CHECK(wrong_power("{value: 400 W, from: 300, to: 450 J}") ==
        "try.yaml:1:29: error: 'power.from': expected a power, such as 250 W, but '300' has no unit\n"
        "  power: {value: 400 W, from: 300, to: 450 J}\n                              ^\n"
        "try.yaml:1:38: error: 'power.to': expected a power, such as 250 W, but '450 J' is an energy\n"
        "  power: {value: 400 W, from: 300, to: 450 J}\n                                       ^\n");
  const auto says = [](const std::string& value, const std::string& message) {
    INFO(value);
    const std::string all = wrong_power(value);
    CHECK(all.find("error: " + message + "\n") != std::string::npos);
    CHECK(all.find("error: ", all.find("error: ") + 1) == std::string::npos);
  };
  says("{value: 400 W, from: 300 W, to: 2 kW}", "'power.to' must be from 0 W to 1 kW (it is 2 kW)");
  says("{value: 400 W, to: 450 W}", "'power' has no 'from' (a range has two ends: {from: …, to: …})");
  says("{from: 400 W}", "'power' has no 'to' (a range has two ends: {from: …, to: …})");
  says("{from: 400 W, to: 400 W}", "'power.from' must be less than 'power.to'");
  says("{value: 400 W, std: 0 W}", "'power.std' must be more than 0 W (it is 0 W)");
  says("{value: 40 W, std: 20 W}", "'power - 3 std' must be from 0 W to 1 kW (it is -20 W)");
  says("{std: 20 W}", "'power' has no 'value' (the mean of its normal distribution)");
  says("{value: 400 W, std: 20 W, to: 450 W}",
       "'power' has a 'std', so it takes no 'from' and 'to' (a normal distribution has no ends); remove one "
       "or the other");
  says("{value: 400 W, std: 20 W, distribution: uniform}",
       "'power' is uniform, so it has 'from' and 'to' and no 'std'");
  says("{from: 1 W, to: 4 W, distribution: triangular}",
       "'power' has no 'value' (where its triangle has its top)");
  says("{from: 1 W, to: 4 W, distribution: unifrom}",
       "unknown distribution 'unifrom'; did you mean 'uniform'?");
  says("{value: 1 W, from: [1], to: 4 W}", "'power.from' must be a single value, not a list");
}

TEST_CASE("only a number takes a range") {
  const auto refused = [](Reader& root) { root.text("name"); };
  CHECK(mistakes("name: {value: a, from: b, to: c}\n", refused) ==
        "try.yaml:1:7: error: 'name' takes no range; give one value\n"
        "  name: {value: a, from: b, to: c}\n        ^\n");
  CHECK(mistakes("name: {from: 1, to: 2}\n", [](Reader& root) {
          root.flag_or("name", true);
        }).find("takes no range") != std::string::npos);
  CHECK(mistakes("n: {from: 1.5, to: 2}\n", [](Reader& root) {
          root.integer("n");
        }).find("'n.from' must be a whole number") != std::string::npos);
  CHECK(mistakes("n: {value: 2, form: 1, to: 3}\n", [](Reader& root) {
          root.number("n");
        }).find("unknown key 'form' in n; did you mean 'from'?") != std::string::npos);
}
