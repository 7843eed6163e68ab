// Whether what the theory promises of random search and successive halving comes out.
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <map>

#include "sim/search/strategy_makers.hpp"
#include "sim/search/transform.hpp"
#include "tests/support/make_strategy.hpp"
#include "tests/support/quality_tasks.hpp"
#include "tests/support/read_sampler.hpp"
#include "tests/support/simulated_workers.hpp"

using namespace campaign_sim;

TEST_CASE("the best of sixty random configurations is in the top twentieth with probability 0.954") {
  // Bergstra & Bengio, JMLR 13, 2012: 1 - 0.95^60. Three standard deviations of 4000 searches.
  const Space space = testing::space_from("{x: {float: [0, 1]}}");
  constexpr int searches = 4000;
  int hits = 0;
  for (std::uint64_t seed = 0; seed < searches; ++seed) {
    double best = 1;
    for (std::uint64_t k = 0; k < 60; ++k)
      best = std::min(best, random_configuration(space, seed, k).values[0]);
    hits += best < 0.05 ? 1 : 0;
  }
  const double p = 1 - std::pow(0.95, 60);
  CHECK(hits / static_cast<double>(searches) == Approx(p).margin(3 * std::sqrt(p * (1 - p) / searches)));
}

TEST_CASE("random search on recorded translation models keeps the same promise") {
  const auto task = testing::quality_task("nmthpo_sw-en");
  if (!task) {
    WARN("SKIPPED: ../shared/data/nmt-hpo is not here");
    return;
  }
  const Space space = testing::space_from(task->space);
  // The threshold of the top twentieth of all places of the grid, and the share that is really below it.
  std::vector<double> all;
  Configuration at;
  const std::function<void(std::size_t)> visit = [&](std::size_t i) {
    if (i == space.size()) {
      all.push_back(task->loss(at));
      return;
    }
    for (double value = space.parameters[i].low; value <= space.parameters[i].high; ++value) {
      at.values.push_back(value);
      visit(i + 1);
      at.values.pop_back();
    }
  };
  visit(0);
  std::ranges::sort(all);
  const double threshold = all[all.size() / 20];
  const double share = static_cast<double>(std::ranges::lower_bound(all, threshold) - all.begin()) /
                       static_cast<double>(all.size());
  constexpr int searches = 1000;
  int hits = 0;
  for (const double best : testing::best_losses("random", *task, 60, searches, 0))
    hits += best < threshold ? 1 : 0;
  const double p = 1 - std::pow(1 - share, 60);
  CHECK(hits / static_cast<double>(searches) == Approx(p).margin(3 * std::sqrt(p * (1 - p) / searches)));
}

TEST_CASE("successive halving spends as much on each rung and keeps the best where losses do not cross") {
  // Jamieson & Talwalkar 2016: n = eta^k configurations cost n r in each of the k + 1 rungs, restarted.
  const Space space = testing::space_from("{x: {float: [0, 1]}}");
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const auto strategy = testing::strategy_from(make_successive_halving, "{configurations: 81, eta: 3}",
                                                 {space, "epoch", 1, 81, 81, seed});
    testing::SimulatedWorkers setup;
    setup.workers = 5;
    setup.loss = [](TrialId, const Configuration& c, Resource r) { return c.values[0] + 1 / r; };
    const auto run = testing::run(*strategy, setup);
    std::map<Resource, double> spent;
    for (const auto& job : run.jobs) spent[job.to] += job.to;
    CHECK(spent == std::map<Resource, double>{{1, 81}, {3, 81}, {9, 81}, {27, 81}, {81, 81}});
    double best = 1;
    for (const auto& trial : run.trials) best = std::min(best, trial.configuration.values[0]);
    for (const auto& trial : run.trials)
      CHECK((trial.resource == 81) == (trial.configuration.values[0] == best));
  }
}
