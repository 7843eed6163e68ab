// NSGA-II as a strategy.
#include <algorithm>
#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "sim/search/strategy_makers.hpp"
#include "tests/support/simulated_search.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

TEST_CASE("NSGA-II covers the front of loss and energy better than random search") {
  // The cheaper, the worse: x sets the price, and only y = z = v = 1 is on the front. Losses and joules are
  // those of a unit of resource; the worse reference point is (20, 40).
  SimulatedSearch search;
  search.space =
      space_from("{x: {float: [0, 1]}, y: {float: [-2, 4]}, z: {float: [-2, 4]}, v: {float: [-2, 4]}}");
  search.largest = 1;
  search.trials = 1000;
  const auto loss = [](const Configuration& c) {
    double sum = 1 / (0.1 + c.values[0]);
    for (std::size_t i = 1; i < 4; ++i) sum += (c.values[i] - 1) * (c.values[i] - 1);
    return sum;
  };
  const auto joules = [](const Configuration& c) { return 1 + 10 * c.values[0]; };
  const auto hypervolume = [&](const std::vector<Configuration>& all) {
    std::vector<std::pair<double, double>> points;
    for (const auto& c : all) points.emplace_back(joules(c), loss(c));
    std::ranges::sort(points);
    double area = 0;
    double lowest = 40;
    for (const auto& [energy, l] : points) {
      if (l >= lowest) continue;
      area += (20 - energy) * (lowest - l);
      lowest = l;
    }
    return area;
  };
  int better = 0;
  for (const auto seed : {1, 2, 3, 4, 5}) {
    search.seed = static_cast<std::uint64_t>(seed);
    const auto strategy = strategy_from(make_nsga2, "{population: 50}", search.problem());
    std::vector<Configuration> tried;
    for (;;) {  // one worker; the report says what the trial drew
      const auto proposal = strategy->ask();
      const auto* start = std::get_if<StartTrial>(&proposal);
      if (!start) break;
      tried.push_back(start->configuration);
      strategy->tell({start->trial, 1, loss(tried.back()), SegmentOutcome::reached, Seconds{1},
                      Joules{joules(tried.back())}, nullptr});
    }
    CHECK(tried.size() == 1000);
    std::vector<Configuration> random;
    for (std::uint32_t k = 0; k < 1000; ++k)
      random.push_back(random_configuration(search.space, search.seed, k));
    better += hypervolume(tried) > hypervolume(random) ? 1 : 0;
    // The last generations come near the front along all of it.
    int cheap = 0;
    int dear = 0;
    for (std::size_t i = 800; i < 1000; ++i) {
      const double x = tried[i].values[0];
      if (loss(tried[i]) > 1 / (0.1 + x) + 1) continue;
      cheap += x < 0.3 ? 1 : 0;
      dear += x > 0.5 ? 1 : 0;
    }
    CHECK(cheap >= 5);
    CHECK(dear >= 5);
  }
  CHECK(better == 5);
}

TEST_CASE("NSGA-II refuses what cannot evolve") {
  SimulatedSearch search;
  CHECK_THAT(mistakes_in(make_nsga2, "{population: 1}", search.problem()), Catch::Contains("population"));
  search.space = space_from("{x: {choice: [a]}}");
  CHECK_THAT(mistakes_in(make_nsga2, "{}", search.problem()), Catch::Contains("nothing to search"));
}
