// A search on simulated workers, each part of it with a usual value: a line from 0 to 1, 60 trials of at most
// 27 epochs, four workers, and a trial that draws a joule a second.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include "sim/search/transform.hpp"
#include "tests/support/make_strategy.hpp"
#include "tests/support/read_sampler.hpp"
#include "tests/support/simulated_workers.hpp"

namespace campaign_sim::testing {

struct SimulatedSearch {
  Space space = space_from("{x: {float: [0, 1]}}");
  Resource largest = 27;
  std::uint32_t trials = 60;
  std::size_t workers = 4;
  std::uint64_t seed = 5;
  std::function<double(TrialId)> seconds_per_unit = [](TrialId) { return 1.0; };
  std::function<double(const Configuration&, Resource)> loss = [](const Configuration& c, Resource r) {
    return c.values[0] + 1 / r;
  };

  SearchProblem problem() const { return {space, "epoch", 1, largest, trials, seed}; }

  SimulatedRun run(StrategyMaker maker, const std::string& yaml) const {
    const auto strategy = strategy_from(maker, yaml, problem());
    SimulatedWorkers setup;
    setup.workers = workers;
    setup.seconds_per_unit = seconds_per_unit;
    setup.loss = [this](TrialId, const Configuration& c, Resource r) { return loss(c, r); };
    return testing::run(*strategy, setup);
  }
};

// Three parameters and a bowl with its bottom in the middle of them, at 1; 300 trials of 9 epochs.
inline SimulatedSearch search_of_a_bowl() {
  SimulatedSearch search;
  search.space = space_from("{x: {float: [-2, 4]}, y: {float: [-2, 4]}, z: {float: [-2, 4]}}");
  search.largest = 9;
  search.trials = 300;
  search.loss = [](const Configuration& c, Resource) {
    double sum = 0;
    for (const double x : c.values) sum += (x - 1) * (x - 1);
    return sum;
  };
  return search;
}

// The best loss among the trials that were trained to the end, and among as many random configurations.
inline double best_loss(const SimulatedSearch& search, const SimulatedRun& run) {
  double lowest = std::numeric_limits<double>::infinity();
  for (const auto& trial : run.trials)
    if (trial.resource == search.largest)
      lowest = std::min(lowest, search.loss(trial.configuration, search.largest));
  return lowest;
}
inline double best_of_random(const SimulatedSearch& search) {
  double lowest = std::numeric_limits<double>::infinity();
  for (std::uint32_t k = 0; k < search.trials; ++k) {
    const auto configuration = random_configuration(search.space, search.seed, k);
    lowest = std::min(lowest, search.loss(configuration, search.largest));
  }
  return lowest;
}

}  // namespace campaign_sim::testing
