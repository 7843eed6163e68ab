#include "sim/search/pruning/pruners.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/search/strategy_makers.hpp"
#include "tests/support/make_strategy.hpp"
#include "tests/support/read_sampler.hpp"
#include "tests/support/shared_data.hpp"
#include "tests/support/simulated_workers.hpp"
#include "tests/unit/search/rungs/in_step.hpp"

using namespace campaign_sim;

namespace {

// The rules of the golden table by its names: graceG_minM, popN, sS_wW_iI as its notes have them. Settings
// that a name leaves out are those that its decisions show.
std::unique_ptr<Pruner> rule_of(const std::string& name) {
  if (name == "ray_grace1_min3") return ray_median({1, 3});
  if (name == "ray_grace3_min5") return ray_median({3, 5});
  if (name == "syne_tune_running_pop5") return syne_tune_median({});
  if (name == "syne_tune_raw_pop3_cut0.3") return syne_tune_median({false, 2, 3, 0.3});
  if (name == "optuna_median_s5_w0") return optuna_percentile({});
  if (name == "optuna_median_s3_w2_i3") return optuna_percentile({50, 3, {2, 3}});
  if (name == "optuna_median_min4") return optuna_percentile({50, 1, {}, 4});
  if (name == "optuna_percentile25_s5") return optuna_percentile({25, 5, {1, 2}});
  if (name == "optuna_patient2_median") return optuna_patient(optuna_percentile({50, 1}), 2, 0);
  if (name == "optuna_patient3_alone_d0.01") return optuna_patient(nullptr, 3, 0.01);
  if (name == "optuna_threshold_0.35_w3")
    return optuna_threshold({-std::numeric_limits<double>::infinity(), 0.35, {3, 1}});
  return nullptr;
}

}  // namespace

TEST_CASE("median stopping and Optuna's pruners decide at every report what their tools decide") {
  const auto table = testing::oracle("median_and_pruners");
  if (!table) return;
  for (const auto& c : (*table)["cases"]) {
    for (const auto& [name, expected] : c["expected"].items()) {
      INFO(name << ", R = " << c["R"]);
      const auto pruner = rule_of(name);
      REQUIRE(pruner);
      std::map<std::size_t, ReportedLosses> trials;
      const auto events = testing::run_in_step(
          c,
          [&](std::size_t trial, std::size_t, double loss) {
            trials[trial].add(loss);
            return pruner->stops(trials[trial]);
          },
          [&](std::size_t trial) { pruner->complete(trials[trial]); });
      CHECK(events == expected["events"].get<std::vector<testing::StoppingEvent>>());
    }
  }
}

TEST_CASE("the Wilcoxon pruner decides at every step what Optuna decides") {
  const auto table = testing::oracle("wilcoxon_pruner");
  if (!table) return;
  for (const auto& c : (*table)["cases"]) {
    const auto pruner = optuna_wilcoxon({c["p_threshold"], 0});
    for (const auto& trial : c["trials"]) {
      const auto values = trial["values"].get<std::vector<double>>();
      ReportedLosses losses;
      std::string decisions;
      for (const double value : values) {
        losses.add(value);
        const bool stop = pruner->stops(losses);
        decisions += stop ? 'S' : 'C';
        if (stop) break;
      }
      CHECK(decisions == trial["decisions"].get<std::string>());
      if (decisions.back() == 'C') pruner->complete(losses);
    }
  }
}

TEST_CASE("the signed-rank test equals values from tables and its definition") {
  CHECK(wilcoxon_greater({1}) == 0.5);
  CHECK(wilcoxon_greater({1, 2, 3}) == 0.125);
  CHECK(wilcoxon_greater({-1, -2, -3}) == 1.0);
  CHECK(wilcoxon_greater({1, 2, 3, 4, -5}) == 10.0 / 32);  // positive ranks sum to 10 of 15
  CHECK(wilcoxon_greater({0, 0}) == 0.5);
}

TEST_CASE("where metrics are maximised and differences tie, the signed-rank test is SciPy's mirrored one") {
  // Ranks 1.5, 1.5 and 3: the positive ones sum to 4.5. Of the 8 sums of {1, 2, 3}, 3 are at least 4, 2 at
  // least 5. scipy.stats.wilcoxon([-1, 1, -2], alternative="less") gives 0.25, of [1, -1, 2] "greater" gives
  // 0.375.
  CHECK(wilcoxon_greater({1, -1, 2}) == 0.375);
  CHECK(wilcoxon_greater({1, -1, 2}, HalfRanks::up) == 0.25);
  for (const bool maximised : {false, true}) {
    const auto pruner = optuna_wilcoxon({0.3, 0, maximised});
    ReportedLosses best, worse;
    for (const double loss : {1.0, 1.0, 1.0}) best.add(loss);
    for (const double loss : {2.0, 0.0, 3.0}) worse.add(loss);
    pruner->complete(best);
    CHECK(pruner->stops(worse) == maximised);
  }
}

TEST_CASE("a percentile of metrics that are maximised is interpolated between them, not their negatives") {
  // numpy.percentile of the metrics at 70 is 0.82; of their negatives at 30 it is -0.8200000000000001.
  const auto stops = [](bool maximised) {
    const auto pruner = optuna_percentile({30, 1, {}, 1, maximised});
    for (const double metric : {0.9, 0.5, 0.3, 0.9, 0.2}) {
      ReportedLosses complete;
      complete.add(-metric);
      pruner->complete(complete);
    }
    ReportedLosses trial;
    trial.add(-0.82);
    return pruner->stops(trial);
  };
  CHECK_FALSE(stops(true));
  CHECK(stops(false));
}

TEST_CASE("the bounds of a threshold are those of the metric, also where it is maximised") {
  const Space space = testing::space_from("{x: {float: [0, 1]}}");
  for (const bool maximised : {false, true}) {
    const SearchProblem problem{
        .space = space, .resource_unit = "epoch", .max_resource = 3, .trials = 3, .maximised = maximised};
    const auto strategy = testing::strategy_from(make_threshold, "{lower: 0.2, upper: 0.6}", problem);
    testing::SimulatedWorkers setup;
    setup.loss = [&](TrialId trial, const Configuration&, Resource) {
      const double metric = std::vector{0.1, 0.5, 0.9}[index(trial)];
      return maximised ? -metric : metric;
    };
    const auto run = testing::run(*strategy, setup);
    CHECK(run.trials[0].resource == 1);
    CHECK(run.trials[1].resource == 3);
    CHECK(run.trials[2].resource == 1);
  }
}

TEST_CASE("Vizier's median compares with running means of complete trials only") {
  const auto pruner = vizier_median();
  ReportedLosses first;
  first.add(1.0);
  CHECK_FALSE(pruner->stops(first));
  first.add(0.0);
  pruner->complete(first);
  ReportedLosses second;
  second.add(1.0);
  CHECK_FALSE(pruner->stops(second));  // equal is not worse
  second.add(0.6);
  CHECK(pruner->stops(second));  // best 0.6 > mean (1 + 0) / 2
}

TEST_CASE("checks fall on the warm-up and each interval after it") {
  const CheckTimes times{2, 3};
  std::vector<std::size_t> steps;
  for (std::size_t step = times.next(0); step <= 12; step = times.next(step)) steps.push_back(step);
  CHECK(steps == std::vector<std::size_t>{2, 5, 8, 11});
  for (std::size_t step = 1; step <= 12; ++step)
    CHECK(times.due(step) == (std::find(steps.begin(), steps.end(), step) != steps.end()));
}
