// Whether what the theory promises of random search and successive halving comes out, and whether model-based
// samplers are worth their computing on recorded models: as in sampler_quality_test.cpp, on tables.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <utility>

#include "sim/search/strategy_makers.hpp"
#include "sim/search/transform.hpp"
#include "tests/support/read_sampler.hpp"
#include "tests/support/shared_data.hpp"
#include "tests/support/simulated_workers.hpp"
#include "tests/support/table_tasks.hpp"

using namespace campaign_sim;

namespace {

struct TableTask {
  std::string name;
  std::string space;
  std::function<double(const Configuration&)> loss;
};

std::vector<TableTask> table_tasks() {
  std::vector<TableTask> tasks;
  if (const auto file = testing::shared_file("data/nmt-hpo/nmthpo_sw-en.csv")) {
    constexpr std::size_t hyperparameters = 6;
    const testing::GridTask task{*file, hyperparameters, "dev_ppl"};
    tasks.push_back({"nmt sw-en", task.space(), task});
  }
  if (const auto file =
          testing::shared_file("data/taskset-nlp/FixedTextRNNClassification_imdb_patch32_LSTM128_bs128.csv"))
    tasks.push_back({"taskset", testing::NearestTask::space(), testing::NearestTask{*file}});
  return tasks;
}

std::vector<double> best_losses(const std::string& sampler, const TableTask& task, std::uint32_t trials,
                                std::uint64_t seeds, std::uint64_t first_seed) {
  const Space space = testing::space_from(task.space);
  std::vector<double> best;
  for (std::uint64_t seed = 0; seed < seeds; ++seed)
    best.push_back(
        std::ranges::min(testing::losses_of(sampler, space, task.loss, trials, first_seed + seed)));
  return best;
}

// How many standard deviations the losses `a` lie below the losses `b`: Mann and Whitney's statistic.
double below(const std::vector<double>& a, const std::vector<double>& b) {
  double wins = 0;
  for (const double x : a)
    for (const double y : b) wins += x < y ? 1 : x == y ? 0.5 : 0;
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  return (wins - n * m / 2) / std::sqrt(n * m * (n + m + 1) / 12);
}

}  // namespace

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
  const auto tasks = table_tasks();
  if (tasks.empty() || tasks.front().name != "nmt sw-en") return;
  const Space space = testing::space_from(tasks.front().space);
  // The threshold of the top twentieth of all places of the grid, and the share that is really below it.
  std::vector<double> all;
  Configuration at;
  const std::function<void(std::size_t)> visit = [&](std::size_t i) {
    if (i == space.size()) {
      all.push_back(tasks.front().loss(at));
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
  for (const double best : best_losses("random", tasks.front(), 60, searches, 0))
    hits += best < threshold ? 1 : 0;
  const double p = 1 - std::pow(1 - share, 60);
  CHECK(hits / static_cast<double>(searches) == Approx(p).margin(3 * std::sqrt(p * (1 - p) / searches)));
}

TEST_CASE("successive halving spends as much on each rung and keeps the best where losses do not cross") {
  // Jamieson & Talwalkar 2016: n = eta^k configurations cost n r in each of the k + 1 rungs, restarted.
  const Space space = testing::space_from("{x: {float: [0, 1]}}");
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    auto document = Document::parse("search: {configurations: 81, eta: 3}", "search.yaml");
    auto root = document.root();
    auto section = root.section("search");
    const SearchProblem problem{space, "epoch", 1, 81, 81, seed};
    const auto strategy = make_successive_halving(section, problem);
    document.finish();
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

TEST_CASE("on recorded models TPE is better than random search, and CMA-ES no worse") {
  // At the 5 % level each, on fixed seeds. CMA-ES has up to eight dimensions to learn in sixty trials of a
  // staircase.
  for (const auto& task : table_tasks()) {
    const auto random = best_losses("random", task, 60, 60, 1000);
    CAPTURE(task.name);
    CHECK(below(best_losses("tpe", task, 60, 20, 0), random) > 1.64);
    CHECK(below(best_losses("cmaes", task, 60, 20, 0), random) > -1.64);
  }
}

// Not run by ctest: prints what tests/quality/against_optuna.py compares.
TEST_CASE("best losses of thirty seeds on recorded models", "[.distributions]") {
  for (const auto& task : table_tasks())
    for (const auto& [sampler, trials] :
         {std::pair{"random", 60u}, {"tpe", 60u}, {"cmaes", 60u}, {"gp", 60u}})
      for (const double best : best_losses(sampler, task, trials, 30, 0))
        std::printf("distribution;%s;%s;%u;%.17g\n", sampler, task.name.c_str(), trials, best);
}
