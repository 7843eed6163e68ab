// PASHA on simulated workers, beside ASHA. Its decisions, one by one: worked_sequences_test.cpp.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "sim/search/strategy_makers.hpp"
#include "tests/support/simulated_search.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

Resource furthest(const SimulatedRun& run) {
  Resource most = 0;
  for (const auto& job : run.jobs) most = std::max(most, job.to);
  return most;
}

}  // namespace

TEST_CASE("PASHA stays at its first two rungs while the ranking is stable") {
  SimulatedSearch search;
  CHECK(furthest(search.run(make_pasha, "{eta: 3}")) == 3);
  CHECK(furthest(search.run(make_asha, "{eta: 3}")) == 27);
}

TEST_CASE("PASHA trains as far as ASHA where every rung turns the ranking round") {
  SimulatedSearch search;
  search.loss = [](const Configuration& c, Resource r) {
    const double x = c.values[0];
    return static_cast<int>(std::round(std::log(r) / std::log(3))) % 2 ? x : 1 - x;
  };
  CHECK(furthest(search.run(make_pasha, "{eta: 3}")) == 27);
}

TEST_CASE("PASHA with noise below epsilon stays low, without epsilon it climbs") {
  // Losses differ by little, and the noise that makes curves cross is larger.
  SimulatedSearch search;
  search.loss = [](const Configuration& c, Resource r) {
    const double x = c.values[0];
    return 0.01 * x + 0.005 * std::sin(1000 * x + 2.1 * r * (1 + x));
  };
  const auto measured = search.run(make_pasha, "{eta: 3}");
  const auto strict = search.run(make_pasha, "{eta: 3, epsilon_percentile: 1e-9}");
  const auto total = [](const SimulatedRun& run) {
    Resource sum = 0;
    for (const auto& job : run.jobs) sum += job.to - job.from;
    return sum;
  };
  CHECK(total(measured) <= total(strict));
  CHECK(furthest(strict) == 27);
}

TEST_CASE("PASHA refuses impossible numbers") {
  const auto refused = [](const std::string& yaml) {
    return mistakes_in(make_pasha, yaml, SimulatedSearch{}.problem());
  };
  CHECK_THAT(refused("{report_every: 0}"), Catch::Contains("report_every"));
  CHECK_THAT(refused("{epsilon_percentile: 101}"), Catch::Contains("epsilon_percentile"));
}
