// What is printed before a run is what runs.
#include "sim/search/rungs/bracket_plan.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "sim/config/reader.hpp"
#include "sim/search/registry.hpp"
#include "sim/search/space.hpp"
#include "tests/support/simulated_workers.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

struct Made {
  Space space;
  std::unique_ptr<Strategy> strategy;
};

std::unique_ptr<Made> make(const std::string& name, const std::string& more,
                           std::optional<std::uint32_t> trials, bool ends_anyway = false) {
  auto made = std::make_unique<Made>();
  auto space_document = Document::parse("x: {float: [0, 1]}", "space.yaml");
  auto space_root = space_document.root();
  made->space = read_space(space_root);
  auto document = Document::parse(more, "search.yaml");
  auto root = document.root();
  for (const auto& entry : strategies())
    if (entry.name == name)
      made->strategy =
          entry.make(root, {made->space, "epoch", 1, 81, trials, 3, {}, "loss", false, ends_anyway});
  REQUIRE(made->strategy);
  return made;
}

// How many jobs end at each resource.
std::map<Resource, std::int64_t> planned(const BracketPlan& plan) {
  std::map<Resource, std::int64_t> jobs;
  for (const auto& bracket : planned_brackets(plan))
    for (const auto& rung : bracket.bracket.rungs)
      jobs[rung.resource] += static_cast<std::int64_t>(bracket.times) * rung.configurations;
  return jobs;
}

Bracket bracket(std::vector<Rung> rungs) { return Bracket{std::move(rungs)}; }

}  // namespace

TEST_CASE("a synchronous strategy runs exactly the brackets that were printed") {
  const std::string name = GENERATE("hyperband", "successive_halving");
  const std::uint32_t trials = GENERATE(0u, 1u, 50u, 143u, 500u);
  INFO(name << ", trials " << trials);
  const auto made = make(name, "eta: 3", trials == 0 ? std::nullopt : std::optional{trials});
  const auto plan = made->strategy->brackets();
  REQUIRE(plan);
  CHECK(plan->eta == 3);
  SimulatedWorkers setup;
  setup.workers = 7;
  setup.loss = [](TrialId trial, const Configuration&, Resource) {
    return static_cast<double>(index(trial) * 37 % 101);
  };
  const auto result = run(*made->strategy, setup);
  std::map<Resource, std::int64_t> jobs;
  for (const auto& job : result.jobs) ++jobs[job.to];
  CHECK(jobs == planned(*plan));
}

TEST_CASE("brackets repeat without end where another stop rule ends them, and run once where none does") {
  const std::string name = GENERATE("hyperband", "successive_halving", "bohb");
  const bool bounded = GENERATE(false, true);
  INFO(name << (bounded ? ", bounded" : ""));
  const auto made = make(name, "eta: 3", std::nullopt, bounded);
  const auto plan = made->strategy->brackets();
  REQUIRE(plan);
  CHECK(plan->repeats == bounded);
  SimulatedWorkers setup;
  setup.workers = 7;
  setup.loss = [](TrialId trial, const Configuration&, Resource) {
    return static_cast<double>(index(trial));
  };
  setup.most_jobs = 1000;
  const auto result = run(*made->strategy, setup);
  const auto once = static_cast<std::size_t>(plan->table.evaluations());
  CHECK(result.jobs.size() == (bounded ? setup.most_jobs : once));
}

TEST_CASE("rounds repeat, and the last bracket is cut to what is left") {
  const Bracket long_one = bracket({{9, 1}, {3, 3}});
  const Bracket short_one = bracket({{4, 3}});
  const auto plan = [&](std::optional<std::uint32_t> trials) {
    return planned_brackets(BracketPlan{BracketTable{{long_one, short_one}}, 3, trials});
  };
  using Planned = std::vector<PlannedBracket>;
  CHECK(plan(std::nullopt) == Planned{{1, 1, long_one}, {2, 1, short_one}});
  CHECK(plan(26) == Planned{{1, 2, long_one}, {2, 2, short_one}});
  CHECK(plan(33) == Planned{{1, 2, long_one}, {2, 2, short_one}, {1, 1, bracket({{7, 1}, {2, 3}})}});
  CHECK(plan(11) == Planned{{1, 1, long_one}, {2, 1, bracket({{2, 3}})}});
  CHECK(plan(2) == Planned{{1, 1, bracket({{2, 1}})}});
}

TEST_CASE("DEHB runs the brackets that were printed: the first round promotes, later ones start anew") {
  // Rounds of 81 + 34 + 15 + 8 + 5 founders, as HpBandSter's table has them, and then of every rung's
  // children.
  const auto made = make("dehb", "eta: 3", 400);
  const auto plan = made->strategy->brackets();
  REQUIRE(plan);
  SimulatedWorkers setup;
  setup.loss = [](TrialId trial, const Configuration&, Resource) {
    return static_cast<double>(index(trial) * 37 % 101);
  };
  const auto result = run(*made->strategy, setup);
  CHECK(result.trials.size() == 400);
  std::map<Resource, std::int64_t> jobs;
  for (const auto& job : result.jobs) ++jobs[job.to];
  CHECK(jobs == planned(*plan));
}

TEST_CASE("PASHA plans ASHA's rungs, and ASHA by joules rungs in joules") {
  const auto pasha = make("pasha", "eta: 3", 100)->strategy->brackets();
  REQUIRE(pasha);
  CHECK(pasha->table.brackets == make("asha", "eta: 3", 100)->strategy->brackets()->table.brackets);
  const auto joules = make("asha_joules", "{min_energy: 10 J, max_energy: 90 J}", 20)->strategy->brackets();
  REQUIRE(joules);
  CHECK(joules->rung_unit == "joules");
  REQUIRE(joules->table.brackets.size() == 1);
  CHECK(joules->table.brackets[0] == bracket({{20, 10}, {6, 30}, {2, 90}}));
  CHECK(make("bohb", "eta: 3", 20)->strategy->brackets());
}

TEST_CASE("asynchronous strategies plan their rungs, and the others have none") {
  const auto asha = make("asha", "eta: 3", 100)->strategy->brackets();
  REQUIRE(asha);
  REQUIRE(asha->table.brackets.size() == 1);
  CHECK(asha->table.brackets[0] == bracket({{100, 1}, {33, 3}, {11, 9}, {3, 27}, {1, 81}}));
  CHECK(asha->pauses);
  CHECK(!asha->remark.empty());
  const auto unbounded = make("asha", "eta: 3", std::nullopt)->strategy->brackets();
  REQUIRE(unbounded);
  CHECK(unbounded->table.configurations() == 81);
  const auto stopping = make("asha_stopping", "eta: 3", 9)->strategy->brackets();
  REQUIRE(stopping);
  CHECK(!stopping->pauses);
  REQUIRE(stopping->table.brackets.size() == 1);
  CHECK(stopping->table.brackets[0] == bracket({{9, 1}, {3, 3}, {1, 9}}));
  CHECK(make("asynchronous_hyperband", "eta: 3", 143)->strategy->brackets()->table.configurations() == 143);
  CHECK(!make("random", "{}", 9)->strategy->brackets());
  CHECK(!make("median_stopping", "{}", 9)->strategy->brackets());
}
