#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/workload_from.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

const Configuration first_job{{1}};

}  // namespace

TEST_CASE("a fixed workload costs what the scenario says") {
  const auto made =
      make_workload({"{kind: fixed, seconds_per_unit: 0.12 s, power: 208 W, accelerators: 8, start_up: 30 s}",
                     space_of({integers("job", 1, 10)}), 300e3});
  REQUIRE(made.mistakes.empty());
  const auto cost = made.workload->cost(first_job, v100());
  REQUIRE(cost);
  CHECK(cost->per_unit.base() == Approx(0.12).epsilon(1e-14));
  CHECK(cost->accelerators == 8);
  CHECK(cost->start_up == Seconds{30});
  CHECK(cost->training.watts == Watts{208});
  CHECK(std::isnan(made.workload->metric(first_job, 10)));
}

TEST_CASE("a duration is spread evenly over the largest resource") {
  const auto made = make_workload({"{kind: fixed, duration: 120 h}", space_of({integers("job", 1, 10)}), 24});
  CHECK(made.workload->cost(first_job, v100())->per_unit == Seconds{5 * 3600.0});
  CHECK_FALSE(made.workload->cost(first_job, v100())->training.watts);
}

TEST_CASE("LISA's jobs take 239,942 hours together when they are stratified, whatever the seed") {
  const std::uint64_t seed = GENERATE(1, 2, 99);
  const auto made =
      make_workload({"{kind: fixed, job_lengths: {mean: 50.10273543537273 h, coefficient_of_variation: 2, "
                     "min: 3 min, max: 9 d, "
                     "draws: stratified, count: 4789}}",
                     space_of({integers("job", 1, 4789)}), 1, seed});
  REQUIRE(made.mistakes.empty());
  double sum_h = 0;
  for (int job = 1; job <= 4789; ++job) sum_h += hours(made.workload->cost({{1.0 * job}}, v100())->per_unit);
  CHECK(sum_h == Approx(239942).epsilon(1e-9));
}

TEST_CASE("independent job lengths belong to the configuration and the seed") {
  const auto length = [](double job, std::uint64_t seed) {
    const auto made = make_workload(
        {"{kind: fixed, job_lengths: {mean: 50 h, coefficient_of_variation: 2, min: 3 min, max: 9 d}}",
         space_of({integers("job", 1, 10)}), 1, seed});
    return made.workload->cost({{job}}, v100())->per_unit;
  };
  CHECK(length(1, 1) == length(1, 1));
  CHECK(length(1, 1) != length(2, 1));
  CHECK(length(1, 1) != length(1, 2));
}

TEST_CASE("what does not fit in memory costs nothing and fails") {
  const auto made =
      make_workload({"{kind: fixed, duration: 1 h, memory: 33 GB}", space_of({integers("job", 1, 10)})});
  CHECK_FALSE(made.workload->cost(first_job, v100()));
}

TEST_CASE("random quality falls from the start to a level of its own") {
  const auto made =
      make_workload({"{kind: fixed, duration: 1 h, quality: {kind: random, best: 1, worst: 2, start: 5}}",
                     space_of({integers("job", 1, 100)}), 81});
  REQUIRE(made.mistakes.empty());
  double sum = 0;
  for (int job = 1; job <= 100; ++job) {
    const Configuration c{{1.0 * job}};
    CHECK(made.workload->metric(c, 0) == 5);
    CHECK(made.workload->metric(c, 27) > made.workload->metric(c, 81));
    const double end = made.workload->metric(c, 81);
    CHECK(end > 1);
    CHECK(end < 2.05);  // at most 2 + 1 % of the way back to 5
    sum += end;
  }
  CHECK(sum / 100 == Approx(1.535).margin(0.09));  // three standard errors of 100 uniform draws
}

TEST_CASE("mistakes in a fixed workload say what to write instead") {
  const auto mistakes = [](const std::string& section) {
    return make_workload({section, space_of({integers("job", 1, 10)})}).mistakes;
  };
  CHECK_THAT(mistakes("{kind: fixed}"), Catch::Contains("give exactly one"));
  CHECK_THAT(mistakes("{kind: fixed, duration: 1 h, seconds_per_unit: 1 s}"),
             Catch::Contains("give exactly one"));
  CHECK_THAT(mistakes("{kind: fixed, duration: 1 h, power: 9 W, utilisation: 0.5}"),
             Catch::Contains("'power' is measured"));
  CHECK_THAT(mistakes("{kind: fixed, job_lengths: {mean: 10 d, coefficient_of_variation: 2, max: 9 d}}"),
             Catch::Contains("the mean must lie between 'min' and 'max'"));
  CHECK_THAT(mistakes("{kind: fixed, job_lengths: {mean: 1 h, coefficient_of_variation: 2, draws: "
                      "stratified, count: 9}}"),
             Catch::Contains("'job' of the space must take 9 values"));
  CHECK_THAT(
      mistakes(
          "{kind: fixed, job_lengths: {mean: 1 h, coefficient_of_variation: 2, draws: stratified, count: 9, "
          "parameter: run}}"),
      Catch::Contains("add `run: {int: [1, 9]}`"));
  CHECK_THAT(
      mistakes("{kind: fixed, job_lengths: {mean: 100 h, coefficient_of_variation: 2, max: 100.01 h}}"),
      Catch::Contains("too close to 'min' or 'max'"));
  CHECK_THAT(mistakes("{kind: fixed, duration: 0 h}"), Catch::Contains("duration"));
}
