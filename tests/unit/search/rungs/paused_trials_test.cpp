// A model-based sampler learns from trials that a rung paused: most are never promoted, and so never end.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "sim/search/strategy_makers.hpp"
#include "tests/support/make_strategy.hpp"
#include "tests/support/read_sampler.hpp"
#include "tests/support/simulated_workers.hpp"

using namespace campaign_sim;

namespace {

// How many of the configurations after the random ones lie near the best one, 0.3.
long near_the_best(testing::StrategyMaker maker, const std::string& yaml) {
  const Space space = testing::space_from("{x: {float: [0, 1]}}");
  const auto strategy = testing::strategy_from(maker, yaml, {space, "epoch", 1, 9, 60, 1});
  testing::SimulatedWorkers setup;
  setup.workers = 3;
  setup.loss = [](TrialId, const Configuration& c, Resource r) {
    return std::abs(c.values[0] - 0.3) + 1 / r;
  };
  const auto run = testing::run(*strategy, setup);
  CHECK(run.trials.size() == 60);
  return std::count_if(run.trials.begin() + 10, run.trials.end(), [](const testing::SimulatedTrial& trial) {
    return std::abs(trial.configuration.values[0] - 0.3) < 0.1;
  });
}

}  // namespace

TEST_CASE("samplers learn from trials that a rung paused") {
  const std::string sampler = GENERATE("tpe", "gp", "cmaes");
  const std::pair<testing::StrategyMaker, std::string> strategies[] = {
      {make_hyperband, "{eta: 3"},
      {make_asha, "{eta: 3"},
      {make_asynchronous_hyperband, "{eta: 3"},
      {make_pasha, "{eta: 3"},
      {make_asha_joules, "{eta: 3, min_energy: 1 J, max_energy: 9 J"}};
  for (const auto& [maker, yaml] : strategies) {
    INFO(yaml << ", " << sampler);
    // Of fifty at random ten, give or take three.
    CHECK(near_the_best(maker, yaml + ", sampler: " + sampler + "}") > 15);
  }
}
