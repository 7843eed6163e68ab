#include "sim/comparison/sensitivity.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "sim/config/reader.hpp"
#include "tests/support/project_root.hpp"

using namespace campaign_sim;

namespace {

std::string mistakes_of(const std::vector<std::string>& texts) {
  try {
    read_inputs(texts);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("an input is a path with two ends in one unit") {
  const auto inputs = read_inputs({"workload.power=180 W..260 W", "stop.trials=2..4", "a.b=1.5..2"});
  REQUIRE(inputs.size() == 3);
  CHECK(inputs[0].at(0) == "workload.power=180 W");
  CHECK(inputs[0].at(1) == "workload.power=260 W");
  CHECK(inputs[0].at(0.25) == "workload.power=200 W");
  CHECK(inputs[2].at(0.5) == "a.b=1.75");
  CHECK_FALSE(inputs[2].whole);
}

TEST_CASE("a unit written at the high end holds for both") {
  const auto inputs = read_inputs({"workload.power=180..260 W"});
  CHECK(inputs[0].at(0) == "workload.power=180 W");
}

TEST_CASE("whole numbers without a unit move in whole steps, each with an equal share of the places") {
  const auto inputs = read_inputs({"platform.clusters.main.nodes=1..4"});
  std::vector<int> count(5, 0);
  for (int i = 0; i < 1000; ++i)
    ++count[static_cast<std::size_t>(std::stoi(inputs[0].value((i + 0.5) / 1000)))];
  CHECK(count == std::vector<int>{0, 250, 250, 250, 250});
  CHECK(inputs[0].value(1) == "4");
}

TEST_CASE("only a key that takes whole numbers alone moves in whole steps") {
  ComparisonRequest request;
  request.scenario = testing::project_root() / "scenarios" / "quick.yaml";
  auto inputs = read_inputs({"platform.clusters.main.nodes=1..3", "platform.clusters.main.site.pue=1..2",
                             "stop.trials=4..8", "no.such.key=1..2"});
  ask_which_are_whole(inputs, request, {testing::project_root() / "platforms"});
  CHECK(inputs[0].whole);
  CHECK_FALSE(inputs[1].whole);
  CHECK(inputs[1].at(0.5) == "platform.clusters.main.site.pue=1.5");
  CHECK(inputs[2].whole);
  CHECK(inputs[3].whole);  // its mistake is for the plan to report
}

TEST_CASE("every mistake of every input is said at once") {
  const std::string text =
      mistakes_of({"workload.power", "=1..2", "a=1 W..2 kW", "b=3..2", "c=x..2", "d=1..2", "d=1..3"});
  CHECK(text.find("--input workload.power: error: expected path.to.key=low..high") != std::string::npos);
  CHECK(text.find("--input =1..2: error: expected path.to.key=low..high") != std::string::npos);
  CHECK(text.find("--input a=1 W..2 kW: error: one end is in 'W', the other in 'kW'") != std::string::npos);
  CHECK(text.find("--input b=3..2: error: the first end must be less than the second") != std::string::npos);
  CHECK(text.find("--input c=x..2: error: both ends must be numbers") != std::string::npos);
  CHECK(text.find("--input d: error: it is given twice") != std::string::npos);
}

TEST_CASE("one input at a time, the others as they stand, then all at once if asked for") {
  const auto inputs = read_inputs({"a=1 W..3 W", "b=0.5..1.5"});
  const auto alone = sensitivity_variants(inputs, 0);
  REQUIRE(alone.size() == 5);
  CHECK(alone[0].assignments.empty());
  CHECK(alone[1].assignments == std::vector<std::string>{"a=1 W"});
  CHECK(alone[4].assignments == std::vector<std::string>{"b=1.5"});

  const auto all = sensitivity_variants(inputs, 8);
  REQUIRE(all.size() == 5 + 8 * (2 + 2));
  std::set<std::string> folders;
  for (const PlannedVariant& variant : all) folders.insert(variant.folder);
  CHECK(folders.size() == all.size());
  for (std::size_t i = 5; i < all.size(); ++i) CHECK(all[i].assignments.size() == 2);
}
