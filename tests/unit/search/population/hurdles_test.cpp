#include "sim/search/population/hurdles.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "sim/search/strategy_makers.hpp"
#include "tests/support/make_strategy.hpp"
#include "tests/support/read_sampler.hpp"
#include "tests/support/simulated_workers.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

TEST_CASE("a hurdle is the mean of the population, then of its members at the highest rung") {
  Hurdles hurdles{3, {10, 20, 30}};
  std::vector<Member> population = {{TrialId{0}, 1.0}, {TrialId{1}, 2.0}, {TrialId{2}, 6.0}};
  CHECK(hurdles.resource_at(0) == 10);
  CHECK(hurdles.resource_at(1) == 30);
  CHECK(hurdles.resource_at(2) == 60);
  CHECK_FALSE(hurdles.passes(0, 0));  // no hurdle yet: nobody trains on
  hurdles.scored(population);
  hurdles.scored(population);
  CHECK(hurdles.hurdles().empty());
  hurdles.scored(population);
  REQUIRE(hurdles.hurdles().size() == 1);
  CHECK(hurdles.hurdles()[0] == 3.0);
  CHECK(hurdles.passes(2.9, 0));
  CHECK_FALSE(hurdles.passes(3.0, 0));  // beating is strict
  CHECK_FALSE(hurdles.passes(0.1, 1));

  // The next is due after three more, and waits for a member that cleared the first.
  for (int i = 0; i < 4; ++i) hurdles.scored(population);
  CHECK(hurdles.hurdles().size() == 1);
  population[1] = {TrialId{8}, 0.5, 1};
  population[2] = {TrialId{9}, 0.7, 1};
  hurdles.scored(population);
  REQUIRE(hurdles.hurdles().size() == 2);
  CHECK(hurdles.hurdles()[1] == Approx(0.6));
  CHECK(hurdles.passes(0.5, 1));
  CHECK_FALSE(hurdles.passes(0.1, 2));  // the last rung

  for (int i = 0; i < 10; ++i) hurdles.scored(population);
  CHECK(hurdles.hurdles().size() == 2);
}

namespace {

struct Evolution {
  Space space;
  std::unique_ptr<Strategy> strategy;
};

std::unique_ptr<Evolution> evolve(const std::string& search_yaml, std::uint32_t trials,
                                  Resource max_resource = 240) {
  auto evolution = std::make_unique<Evolution>();
  evolution->space = space_from("{x: {int: [0, 1 k]}, y: {choice: [a, b, c]}}");
  evolution->strategy = strategy_from(make_tournament_evolution, search_yaml,
                                      {evolution->space, "step", 1, max_resource, trials, 7});
  return evolution;
}

SimulatedRun run_constant_loss(Strategy& strategy, std::size_t workers) {
  SimulatedWorkers setup;
  setup.workers = workers;
  setup.loss = [](TrialId trial, const Configuration&, Resource) {
    return index(trial) % 10 == 0 ? 0.0 : 1.0;
  };
  return run(strategy, setup);
}

}  // namespace

TEST_CASE("without hurdles every child trains to the end, and there are exactly as many as asked for") {
  const auto evolution = evolve("{population: 10, tournament_size: 3}", 150);
  const auto result = run_constant_loss(*evolution->strategy, 7);
  CHECK(result.trials.size() == 150);
  CHECK(result.jobs.size() == 150);
  for (const auto& trial : result.trials) CHECK(trial.resource == 240);
}

TEST_CASE("with hurdles only children that beat them train on") {
  const auto evolution = evolve(
      "{population: 10, tournament_size: 3, hurdles: {children_per_hurdle: 50, increments: [60, 60, 60, "
      "60]}}",
      150);
  const auto result = run_constant_loss(*evolution->strategy, 1);
  CHECK(result.trials.size() == 150);
  // One worker: child k is scored before child k + 1 starts. Every tenth child has loss 0, the others 1.
  for (std::size_t i = 0; i < 150; ++i) {
    CAPTURE(i);
    const double most = i < 50 ? 60 : (i < 100 ? 120 : 180);
    if (i % 10 != 0) CHECK(result.trials[i].resource == 60);
    // The second hurdle is the mean of children with loss 0: none beats it.
    if (i % 10 == 0) CHECK(result.trials[i].resource == std::min(most, 120.0));
  }
}

TEST_CASE("evolution finds better configurations than its first population") {
  const auto evolution = evolve("{population: 20, tournament_size: 5, mutation: one_field}", 400);
  SimulatedWorkers setup;
  setup.workers = 4;
  setup.loss = [](TrialId, const Configuration& c, Resource) {
    return std::abs(c.values[0] - 777) + c.values[1];
  };
  const auto result = run(*evolution->strategy, setup);
  const auto mean_loss = [&](std::size_t first, std::size_t last) {
    double sum = 0;
    for (std::size_t i = first; i < last; ++i)
      sum +=
          std::abs(result.trials[i].configuration.values[0] - 777) + result.trials[i].configuration.values[1];
    return sum / static_cast<double>(last - first);
  };
  CHECK(mean_loss(350, 400) < mean_loss(0, 20) / 2);
}

TEST_CASE("a seeded population starts from the seed") {
  const auto evolution =
      evolve("{population: 10, tournament_size: 3, mutation: one_field, seeded: {x: 500, y: b}}", 10);
  for (const auto& trial : run_constant_loss(*evolution->strategy, 1).trials) {
    const auto& values = trial.configuration.values;
    CHECK((values[0] == 500) != (values[1] == 1));  // exactly one field differs
  }
}

TEST_CASE("impossible evolutions are refused") {
  using Catch::Matchers::Contains;
  const auto [yaml, message] = GENERATE(table<std::string, std::string>({
      {"{population: 1}", "population"},
      {"{population: 10, tournament_size: 11}", "a tournament of 11 is larger than the population of 10"},
      {"{mutation_rate: 0}", "mutation_rate"},
      {"{mutation: one_field, mutation_rate: 0.1}", "one_field changes exactly one field"},
      {"{mutation: two_fields}", "two_fields"},
      {"{hurdles: {children_per_hurdle: 0, increments: [60]}}", "children_per_hurdle"},
      {"{hurdles: {children_per_hurdle: 5, increments: []}}", "there is no increment"},
      {"{hurdles: {children_per_hurdle: 5, increments: [60, -60]}}", "increments"},
      {"{hurdles: {children_per_hurdle: 5, increments: [200, 41]}}",
       "the increments sum to 241, more than the largest resource, 240"},
      {"{seeded: {y: a}}", "the configuration has no 'x'"},
      {"{seeded: {x: 5 k, y: a}}", "'5 k' is not a value of 'x' (it is a whole number from 0 to 1000)"},
  }));
  CAPTURE(yaml);
  CHECK_THROWS_WITH(evolve(yaml, 10), Contains(message));
}
