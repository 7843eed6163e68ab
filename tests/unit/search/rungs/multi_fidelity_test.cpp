#include "sim/search/rungs/multi_fidelity.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/search/full_training.hpp"
#include "sim/search/sampler.hpp"
#include "sim/search/strategy_makers.hpp"
#include "tests/support/make_strategy.hpp"
#include "tests/support/shared_data.hpp"
#include "tests/support/simulated_workers.hpp"

using namespace campaign_sim;

namespace {

Space line() {
  Parameter x;
  x.name = "x";
  x.high = 1;
  Space space;
  space.parameters.push_back(x);
  return space;
}

std::unique_ptr<Strategy> make_untouched(Reader& search, const SearchProblem& problem) {
  return train_all(read_sampler(search, problem), problem);
}

SearchProblem problem_of(const Space& space, Resource smallest, Resource largest, std::uint32_t trials) {
  return {.space = space,
          .resource_unit = "epoch",
          .min_resource = smallest,
          .max_resource = largest,
          .trials = trials};
}

}  // namespace

TEST_CASE("Hyperband with HpBandSter's table runs HpBandSter's jobs") {
  const auto table = testing::oracle("hyperband_sync_schedule");
  if (!table) return;
  const Space space = line();
  for (const auto& c : (*table)["cases"]) {
    const auto losses = c["loss_at_rungs"].get<std::vector<std::vector<double>>>();
    const auto levels = c["rungs"].get<std::vector<double>>();
    const auto seconds = c["unit_seconds"].get<std::vector<double>>();
    const auto problem = problem_of(space, 1, c["R"], static_cast<std::uint32_t>(seconds.size()));
    const auto eta = std::to_string(c["eta"].get<int>());
    const auto strategy =
        testing::strategy_from(make_hyperband, "{variant: hpbandster, eta: " + eta + "}", problem);
    testing::SimulatedWorkers workers;
    workers.workers = c["workers"];
    workers.checkpoints =
        c["resume"].get<bool>() ? testing::Checkpoints::resume : testing::Checkpoints::restart;
    workers.seconds_per_unit = [&](TrialId trial) { return seconds[index(trial)]; };
    workers.loss = [&](TrialId trial, const Configuration&, Resource resource) {
      std::size_t rung = 0;
      while (std::abs(levels[rung] - resource) > 1e-9 * resource) ++rung;
      return losses[index(trial)][rung];
    };
    const auto run = testing::run(*strategy, workers);
    const auto& expected = c["expected"]["jobs"];
    REQUIRE(run.jobs.size() == expected.size());
    for (std::size_t i = 0; i < run.jobs.size(); ++i) {
      INFO("job " << i << ", R = " << c["R"] << ", workers = " << c["workers"]);
      const auto& job = run.jobs[i];
      CHECK(job.worker == expected[i][0].get<std::size_t>());
      CHECK(job.trial == expected[i][1].get<std::uint32_t>());
      CHECK(job.from == Approx(expected[i][3].get<double>()));
      CHECK(job.to == Approx(expected[i][4].get<double>()));
      CHECK(job.start == Approx(expected[i][5].get<double>()));
      CHECK(job.end == Approx(expected[i][6].get<double>()));
    }
  }
}

TEST_CASE("whole campaigns on workload W81 train what Syne Tune trains, when it does") {
  const auto table = testing::oracle("end_to_end_w81");
  if (!table) return;
  const Space space = line();
  for (const auto& c : (*table)["cases"]) {
    const std::string strategy_name = c["strategy"];
    INFO(strategy_name << ", R = " << c["R"] << ", workers = " << c["workers"]);
    const auto configs = c["configs"].get<std::vector<std::vector<double>>>();
    const auto problem = problem_of(space, 1, c["R"], c["n_trials"].get<std::uint32_t>());
    const auto eta = std::to_string(c["eta"].get<int>());
    const auto strategy =
        strategy_name == "random" ? testing::strategy_from(make_untouched, "{}", problem)
        : strategy_name == "stopping"
            ? testing::strategy_from(make_asha_stopping, "{eta: " + eta + "}", problem)
            : testing::strategy_from(
                  make_asha, "{variant: syne_tune, after_last_trial: stop, eta: " + eta + "}", problem);
    testing::SimulatedWorkers workers;
    workers.workers = c["workers"];
    workers.seconds_per_unit = [&](TrialId trial) {
      const auto& v = configs[index(trial)];
      return 10 + 40 * (v[2] / 24) * std::pow(v[3] / 2048, 1.5);
    };
    workers.loss = [&](TrialId trial, const Configuration&, Resource r) {
      const auto& v = configs[index(trial)];
      const double lr = std::log10(v[0]) + 3;
      const double b = 0.3 + 0.5 / (1 + std::exp(lr));
      const double wd = (std::log10(v[1]) + 4) / 3;
      const double limit = 0.05 + 0.15 * (lr / 2) * (lr / 2) + 0.05 * wd * wd +
                           0.1 * (1 - std::pow(v[2] / 24, 0.3) * std::pow(v[3] / 2048, 0.2));
      return limit + (0.9 - limit) * std::pow(r + 1, -b);
    };
    const auto run = testing::run(*strategy, workers);
    std::map<std::pair<std::uint32_t, double>, double> reports;  // when a trial reached an epoch
    std::map<std::uint32_t, double> epochs;
    for (const auto& report : c["expected"]["reports_list"]) {
      reports[{report[0], report[1]}] = report[2];
      epochs[report[0]] = std::max(epochs[report[0]], report[1].get<double>());
    }
    REQUIRE(run.trials.size() == epochs.size());
    for (const auto& [trial, trained] : epochs) CHECK(run.trials[trial].resource == trained);
    for (const auto& job : run.jobs) {
      const auto report = reports.find({job.trial, job.to});
      REQUIRE(report != reports.end());
      CHECK(job.end == Approx(report->second).margin(0.2));
    }
  }
}

TEST_CASE("strategies with rungs start exactly as many trials as the scenario says, with failures too") {
  const Space space = line();
  const std::pair<testing::StrategyMaker, std::string> makers[] = {
      {make_successive_halving, "{}"},
      {make_successive_halving, "{configurations: 9}"},
      {make_hyperband, "{}"},
      {make_hyperband, "{variant: smac3}"},
      {make_asynchronous_hyperband, "{}"},
      {make_asha, "{}"},
      {make_asha, "{variant: syne_tune}"},
      {make_asha, "{variant: neps}"},
      {make_asha_stopping, "{}"},
      {make_median_stopping, "{}"},
      {make_patient, "{}"},
      {make_wilcoxon, "{}"}};
  for (const auto& [maker, yaml] : makers) {
    for (const std::uint32_t trials : {1u, 7u, 50u}) {
      const auto problem = problem_of(space, 1, 27, trials);
      const auto strategy = testing::strategy_from(maker, yaml, problem);
      testing::SimulatedWorkers workers;
      workers.workers = 4;
      workers.loss = [](TrialId trial, const Configuration&, Resource r) {
        return index(trial) % 5 == 1 ? std::nan("") : (index(trial) * 7 % 11 + 1) / r;
      };
      workers.out_of_memory = [](TrialId trial) { return index(trial) % 6 == 2; };
      INFO(yaml << ", " << trials << " trials");
      CHECK(testing::run(*strategy, workers).trials.size() == trials);
    }
  }
}

TEST_CASE("ASHA's cost does not grow with its history") {
  const Space space = line();
  const auto problem = problem_of(space, 1, 81, 10000);
  const auto strategy = testing::strategy_from(make_asha, "{}", problem);
  testing::SimulatedWorkers workers;
  workers.workers = 100;
  workers.loss = [](TrialId trial, const Configuration&, Resource r) {
    return static_cast<double>((index(trial) + 1) * 2654435761u) / r;
  };
  const auto run = testing::run(*strategy, workers);
  CHECK(run.trials.size() == 10000);
  // Every rung promotes floor(n / 3) or the few more that asynchrony lets through.
  CHECK(run.jobs.size() > 14800);
}

TEST_CASE("impossible rungs are answered with what is wrong") {
  const Space space = line();
  const auto problem = problem_of(space, 1, 81, 10);
  for (const auto maker : {make_asha, make_pasha, make_dehb})
    CHECK_THAT(testing::mistakes_in(maker, "{eta: 1}", problem), Catch::Contains("eta must be at least 2"));
  CHECK_THAT(testing::mistakes_in(make_dehb, "{eta: 3}", problem_of(space, 1, 1, 10)),
             Catch::Contains("largest resource above the smallest"));
  CHECK_THAT(testing::mistakes_in(make_hyperband, "{}", problem_of(space, 9, 3, 10)),
             Catch::Contains("smaller than the smallest"));
  CHECK_THAT(testing::mistakes_in(make_hyperband, "{variant: ray}", problem_of(space, 3, 81, 10)),
             Catch::Contains("always starts from resource 1"));
  CHECK_THAT(testing::mistakes_in(make_successive_halving, "{configurations: 8, halvings: 2}", problem),
             Catch::Contains("too few configurations, 8, for 2 halvings"));
  CHECK_THAT(testing::mistakes_in(make_successive_halving, "{halvings: 9}", problem),
             Catch::Contains("at most 4"));
  CHECK_THAT(testing::mistakes_in(make_threshold, "{}", problem), Catch::Contains("needs `upper`"));
  CHECK_THAT(testing::mistakes_in(make_threshold, "{lower: 2, upper: 1}", problem),
             Catch::Contains("lower must not be above"));
  CHECK_THAT(testing::mistakes_in(make_median_stopping, "{report_every: 0}", problem),
             Catch::Contains("report_every"));
}
