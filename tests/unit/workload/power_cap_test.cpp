#include "sim/workload/power_cap.hpp"

#include <catch2/catch.hpp>

#include "tests/support/workload_from.hpp"

using namespace campaign_sim;
using testing::choice;
using testing::reals;
using testing::space_of;
using testing::v100;

namespace {

struct Made {
  std::unique_ptr<Workload> workload;
  std::string mistakes;
};

Made make(const std::string& section, const Space& space) {
  auto document = Document::parse("workload: " + section + "\n", "try.yaml");
  auto root = document.root();
  auto workload = root.section("workload");
  const auto entry = std::ranges::find(workloads(), workload.text("kind"), &WorkloadEntry::name);
  Made made{make_workload(*entry, workload, {space, 10, 1, testing::project_root(), "step"}), ""};
  try {
    document.finish();
  } catch (const ConfigError& error) {
    made.mistakes = error.what();
  }
  return made;
}

constexpr auto fixed = "{kind: fixed, seconds_per_unit: 1 s, quality: {kind: random}}";

}  // namespace

TEST_CASE("a cap that the workload fixes comes with every cost") {
  const Space space = space_of({reals("x", 0, 1)});
  const Made made = make("{kind: fixed, seconds_per_unit: 1 s, power_cap: 150 W}", space);
  CHECK(made.mistakes.empty());
  CHECK(made.workload->cost({{0.5}}, v100())->power_cap == Watts{150});
  CHECK(!make(fixed, space).workload->cost({{0.5}}, v100())->power_cap);
}

TEST_CASE("a searched cap is the trial's, wherever it stands in the space") {
  const Space first = space_of({choice("power_cap", {"150 W", "0.25 kW", "200"}), reals("x", 0, 1)});
  const Made made = make(fixed, first);
  CHECK(made.mistakes.empty());
  CHECK(made.workload->cost({{0, 0.5}}, v100())->power_cap == Watts{150});
  CHECK(made.workload->cost({{1, 0.5}}, v100())->power_cap == Watts{250});
  CHECK(made.workload->cost({{2, 0.5}}, v100())->power_cap == Watts{200});
  CHECK(!made.workload->cost({{inactive, 0.5}}, v100())->power_cap);
  const Space last = space_of({reals("x", 0, 1), reals("power_cap", 100, 250)});
  CHECK(make(fixed, last).workload->cost({{0.5, 123}}, v100())->power_cap == Watts{123});
}

TEST_CASE("bursts come with every cost, beside any cap") {
  const Made made = make("{kind: fixed, seconds_per_unit: 1 s, bursts: {draw: 400 W, share: 0.7}}",
                         space_of({reals("x", 0, 1), reals("power_cap", 100, 250)}));
  CHECK(made.mistakes.empty());
  const auto cost = made.workload->cost({{0.5, 123}}, v100());
  REQUIRE(cost->bursts);
  CHECK(cost->bursts->draw == Watts{400});
  CHECK(cost->bursts->share == 0.7);
  CHECK(cost->power_cap == Watts{123});
  const std::string mistakes =
      make("{kind: fixed, seconds_per_unit: 1 s, bursts: {draw: -400 W, share: 1.2, length: 3 s}}",
           space_of({reals("x", 0, 1)}))
          .mistakes;
  CHECK_THAT(mistakes, Catch::Contains("'draw' must be more than 0 W"));
  CHECK_THAT(mistakes, Catch::Contains("'share' must be"));
  CHECK_THAT(mistakes, Catch::Contains("unknown key 'length'"));
}

TEST_CASE("a trial learns the same under every cap") {
  const Space space = space_of({reals("x", 0, 1), reals("power_cap", 100, 250)});
  const auto workload = make(fixed, space).workload;
  CHECK(workload->metric({{0.5, 100}}, 7) == workload->metric({{0.5, 250}}, 7));
  CHECK(workload->metric({{0.5, 100}}, 7) != workload->metric({{0.6, 100}}, 7));
}

TEST_CASE("conditions and constraints hold without the cap as with it") {
  Space space =
      space_of({choice("power_cap", {"150 W", "250 W"}), choice("kind", {"a", "b"}), reals("x", 0, 1)});
  space.parameters[2].when = Condition{1, {1}};
  space.constraints.push_back({"x < 0.5", [](const Configuration& c) { return !(c.values[2] >= 0.5); }});
  CHECK(make(fixed, space).mistakes.empty());
  space.parameters[1].when = Condition{0, {1}};
  CHECK_THAT(make(fixed, space).mistakes,
             Catch::Contains("'kind' of the space exists only under some power caps"));
}

TEST_CASE("mistakes in a trial's cap") {
  const Space choices = space_of({choice("power_cap", {"150 W", "low", "-5", "3 kg"})});
  const std::string mistakes = make(fixed, choices).mistakes;
  for (const char* text : {"'low' is no power cap", "'-5' is no power cap", "'3 kg' is no power cap"})
    CHECK_THAT(mistakes, Catch::Contains(text));
  CHECK_THAT(make(fixed, space_of({reals("power_cap", 0, 250)})).mistakes,
             Catch::Contains("'power_cap' of the space begins at 0"));
  CHECK_THAT(
      make("{kind: fixed, seconds_per_unit: 1 s, power_cap: 150 W}", space_of({reals("power_cap", 100, 250)}))
          .mistakes,
      Catch::Contains("'power_cap' is searched: it stands in the space as well"));
  CHECK_THAT(
      make("{kind: fixed, seconds_per_unit: 1 s, power_cap: -1 W}", space_of({reals("x", 0, 1)})).mistakes,
      Catch::Contains("'power_cap' must be more than 0 W"));
}
