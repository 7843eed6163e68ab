// Differential evolution as a strategy, on simulated workers.
#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "sim/search/strategy_makers.hpp"
#include "tests/support/simulated_search.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

TEST_CASE("differential evolution descends, synchronously and asynchronously") {
  for (const auto seed : {1, 2, 3}) {
    auto search = search_of_a_bowl();
    search.seed = static_cast<std::uint64_t>(seed);
    const auto update = GENERATE(as<std::string>{}, "synchronous", "asynchronous");
    CAPTURE(seed, update);
    const auto run = search.run(make_differential_evolution, "{population: 15, update: " + update + "}");
    CHECK(run.trials.size() == 300);
    CHECK(best_loss(search, run) < best_of_random(search) / 5);
  }
}

TEST_CASE("children of a synchronous generation differ from members by differences of members") {
  // With every gene from the mutant, child = a + F (b - c) of three founders, unless a bound was hit.
  auto search = search_of_a_bowl();
  search.space = space_from("{x: {float: [0, 1]}}");
  search.trials = 10;
  const auto run =
      search.run(make_differential_evolution, "{population: 5, mutation_factor: 0.25, crossover_rate: 1}");
  std::vector<double> founders;
  for (std::size_t i = 0; i < 5; ++i) founders.push_back(run.trials[i].configuration.values[0]);
  int from_differences = 0;
  for (std::size_t i = 5; i < 10; ++i) {
    const double child = run.trials[i].configuration.values[0];
    bool found = false;
    for (const double a : founders)
      for (const double b : founders)
        for (const double c : founders)
          found = found || (a != b && a != c && b != c && std::abs(a + 0.25 * (b - c) - child) < 1e-12);
    from_differences += found ? 1 : 0;
  }
  CHECK(from_differences >= 4);
}

TEST_CASE("synchronous differential evolution waits for its generation, asynchronous does not") {
  auto search = search_of_a_bowl();
  search.workers = 3;
  search.trials = 40;
  const auto first_child_start = [&](const std::string& update) {
    auto strategy = strategy_from(make_differential_evolution, "{population: 8, update: " + update + "}",
                                  search.problem());
    SimulatedWorkers setup;
    setup.workers = search.workers;
    setup.seconds_per_unit = [](TrialId trial) { return index(trial) == 7 ? 100.0 : 1.0; };
    setup.loss = [&](TrialId, const Configuration& c, Resource r) { return search.loss(c, r); };
    const auto run = testing::run(*strategy, setup);
    for (const auto& job : run.jobs)
      if (job.trial == 8) return job.start;
    return -1.0;
  };
  CHECK(first_child_start("synchronous") > 900);
  CHECK(first_child_start("asynchronous") < 100);
}

TEST_CASE("differential evolution refuses what cannot evolve") {
  const auto refused = [](const std::string& yaml) {
    return mistakes_in(make_differential_evolution, yaml, search_of_a_bowl().problem());
  };
  CHECK_THAT(refused("{population: 3}"), Catch::Contains("population"));
  CHECK_THAT(refused("{mutation_factor: 0}"), Catch::Contains("mutation_factor"));
  CHECK_THAT(refused("{crossover_rate: 2}"), Catch::Contains("crossover_rate"));
  CHECK_THAT(refused("{update: often}"), Catch::Contains("update"));
  SimulatedSearch one_value;
  one_value.space = space_from("{x: {choice: [a]}}");
  CHECK_THAT(mistakes_in(make_differential_evolution, "{}", one_value.problem()),
             Catch::Contains("nothing to search"));
}
