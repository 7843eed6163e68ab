// What every strategy keeps, whatever its rule: each row of the table, on simulated workers.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>

#include "sim/config/reader.hpp"
#include "sim/search/registry.hpp"
#include "sim/search/sampler.hpp"
#include "sim/search/space.hpp"
#include "tests/support/project_root.hpp"
#include "tests/support/simulated_workers.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

constexpr Resource max_resource = 9;

// The space of the examples.
Space example_space() {
  auto document =
      Document::parse("x: {float: [0, 1]}\nn: {int: [1, 4]}\nc: {choice: [a, b]}\n", "space.yaml");
  auto root = document.root();
  auto space = read_space(root);
  document.finish();
  return space;
}

struct Made {
  Space space = example_space();
  std::unique_ptr<Strategy> strategy;
};

std::unique_ptr<Made> make(const StrategyEntry& entry, std::uint64_t seed, std::uint32_t trials) {
  auto made = std::make_unique<Made>();
  auto document = Document::parse("search: " + std::string{entry.example}, std::string{entry.name});
  auto root = document.root();
  auto search = root.section("search");
  CHECK(search.text("strategy") == entry.name);
  const SearchProblem problem{
      made->space, "epoch", 1, max_resource, trials, seed, project_root() / "scenarios"};
  made->strategy = entry.make(search, problem);
  document.finish();
  return made;
}

enum class Trouble { none, nan, infinity, out_of_memory };

SimulatedRun run_row(const StrategyEntry& entry, std::uint64_t seed, std::uint32_t trials,
                     std::size_t workers, Trouble trouble = Trouble::none) {
  const auto made = make(entry, seed, trials);
  SimulatedWorkers setup;
  setup.workers = workers;
  const auto troubled = [=](TrialId trial) { return trouble != Trouble::none && index(trial) % 3 == 1; };
  setup.seconds_per_unit = [](TrialId trial) { return 1.0 + 0.37 * (index(trial) % 5); };
  setup.loss = [=](TrialId trial, const Configuration& configuration, Resource resource) {
    if (troubled(trial) && trouble == Trouble::nan) return std::numeric_limits<double>::quiet_NaN();
    if (troubled(trial) && trouble == Trouble::infinity) return std::numeric_limits<double>::infinity();
    return static_cast<double>(digest(configuration) % 1000) / 1000 + 1 / resource;
  };
  setup.out_of_memory = [=](TrialId trial) { return troubled(trial) && trouble == Trouble::out_of_memory; };
  setup.most_jobs = 100'000;
  return run(*made->strategy, setup);
}

const StrategyEntry& any_row() { return GENERATE(from_range(strategies().begin(), strategies().end())); }

}  // namespace

TEST_CASE("every strategy keeps the contract: numbers, bounds, joined segments, an end") {
  const auto& entry = any_row();
  const auto workers = GENERATE(std::size_t{1}, std::size_t{4}, std::size_t{50});
  const auto trouble = GENERATE(Trouble::none, Trouble::nan, Trouble::infinity, Trouble::out_of_memory);
  const std::uint32_t trials = 25;
  INFO("strategy " << entry.name << ", workers " << workers << ", trouble " << static_cast<int>(trouble));
  const auto result = run_row(entry, 1, trials, workers, trouble);

  CHECK(result.finished);
  CHECK(result.jobs.size() < 100'000);
  CHECK(!result.trials.empty());
  CHECK(result.trials.size() <= trials);
  std::map<std::uint32_t, Resource> reached;
  for (const auto& job : result.jobs) {
    CAPTURE(job.trial, job.from, job.to);
    CHECK(job.to > job.from);
    CHECK(job.to <= max_resource);
    const auto before = reached.find(job.trial);
    if (before != reached.end())
      CHECK(job.from == before->second);  // each step once, without a gap
    else if (!result.trials[job.trial].weights_from)
      CHECK(job.from == 0);
    reached[job.trial] = job.to;
  }
  CHECK(reached.size() == result.trials.size());
  const Space space = example_space();
  for (const auto& trial : result.trials) {
    REQUIRE(trial.configuration.values.size() == space.size());
    for (std::size_t i = 0; i < space.size(); ++i) {
      CHECK(trial.configuration.values[i] >= space.parameters[i].low);
      CHECK(trial.configuration.values[i] <= space.parameters[i].high);
    }
  }
}

TEST_CASE("every strategy decides the same on the same seed") {
  const auto& entry = any_row();
  const auto seed = GENERATE(take(3, random(0, 1 << 30)));
  INFO("strategy " << entry.name << ", seed " << seed);
  const auto once = run_row(entry, static_cast<std::uint64_t>(seed), 25, 4);
  const auto again = run_row(entry, static_cast<std::uint64_t>(seed), 25, 4);
  CHECK(once.jobs == again.jobs);
  REQUIRE(once.trials.size() == again.trials.size());
  for (std::size_t i = 0; i < once.trials.size(); ++i)
    CHECK(once.trials[i].configuration.values == again.trials[i].configuration.values);
}

TEST_CASE("every row of the tables is described, and named once") {
  std::set<std::string_view> names;
  for (const auto& entry : strategies()) {
    CAPTURE(entry.name);
    CHECK(names.insert(entry.name).second);
    CHECK(!entry.summary.empty());
    CHECK(!entry.source.empty());
  }
  std::set<std::string_view> sampler_names;
  for (const auto& entry : samplers()) {
    CAPTURE(entry.name);
    CHECK(sampler_names.insert(entry.name).second);
    CHECK(!entry.summary.empty());
    CHECK(!entry.source.empty());
    CHECK(names.contains(entry.name));  // a sampler alone is a strategy
  }
}

TEST_CASE("every sampler is made from its example and proposes points of the space") {
  const auto& entry = GENERATE(from_range(samplers().begin(), samplers().end()));
  CAPTURE(entry.name);
  const Space space = example_space();
  auto document = Document::parse("sampler: " + std::string{entry.example}, std::string{entry.name});
  auto root = document.root();
  auto section = root.section("sampler");
  const SearchProblem problem{space, "epoch", 1, max_resource, std::nullopt, 1};
  const auto sampler = entry.make(section, problem);
  document.finish();
  const auto first = sampler->propose(TrialId{0});
  REQUIRE(first);
  CHECK(first->values.size() == space.size());
}
