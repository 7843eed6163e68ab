#include <catch2/catch.hpp>
#include <string>

#include "sim/search/strategy_makers.hpp"
#include "tests/support/make_strategy.hpp"
#include "tests/support/read_sampler.hpp"
#include "tests/support/simulated_workers.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

SimulatedRun train(const std::string& search_yaml, std::uint32_t trials) {
  const Space space = space_from("{x: {float: [0.1, 10]}}");
  const auto strategy = strategy_from(make_pbt, search_yaml, {space, "epoch", 1, 10, trials, 3});
  SimulatedWorkers setup;
  setup.workers = 4;
  setup.loss = [](TrialId, const Configuration& c, Resource) { return c.values[0]; };
  return run(*strategy, setup);
}

}  // namespace

TEST_CASE("the worst member goes on from the weights of the best, perturbed") {
  const auto result = train("{population: 4, interval: 2}", 100);
  std::size_t heirs = 0;
  for (const auto& trial : result.trials) {
    if (!trial.weights_from) continue;
    ++heirs;
    const double parent = result.trials[index(*trial.weights_from)].configuration.values[0];
    const double ratio = trial.configuration.values[0] / parent;
    CAPTURE(ratio, parent);
    CHECK((ratio == Approx(1.2) || ratio == Approx(0.8) || trial.configuration.values[0] == 0.1));
  }
  CHECK(heirs > 0);
  CHECK(result.trials.size() == 4 + heirs);
  CHECK(result.finished);
}

TEST_CASE("without trials left the members train on unchanged") {
  const auto result = train("{population: 4, interval: 2}", 4);
  CHECK(result.trials.size() == 4);
  for (const auto& trial : result.trials) CHECK(trial.resource == 10);
}

TEST_CASE("an impossible population is refused") {
  using Catch::Matchers::Contains;
  CHECK_THROWS_WITH(train("{population: 1, interval: 2}", 9), Contains("population"));
  CHECK_THROWS_WITH(train("{population: 4, interval: 11}", 9),
                    Contains("an interval of 11 is longer than a whole training, 10"));
  CHECK_THROWS_WITH(train("{population: 4, interval: 2, quantile: 0.6}", 9), Contains("quantile"));
}
