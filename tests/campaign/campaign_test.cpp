// Whole campaigns on SimGrid, from the text of a scenario, against seconds and joules worked out by hand.
// One case a process: use ctest, or name one case.
#include "sim/campaign/campaign.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "sim/ledger/totals.hpp"
#include "tests/unit/config/support.hpp"

using namespace campaign_sim;

namespace {

// Two accelerators a node, 50 W idle, 300 W at most, 40 W for the node.
constexpr auto machines = R"(name: hand
precision: fp16
platform:
  clusters:
    main:
      site: {pue: 1, intensity: 0.5 kg/kWh, electricity_price: 0 USD/kWh}
      accelerator: {idle: 50 W, max: 300 W, peak: {fp16: 1 TFLOP/s}, memory: 16 GB, memory_bandwidth: 1 GB/s}
      nodes: 1
      accelerators_per_node: 2
      node_base: 40 W
      accelerator_price: 0 USD/h
space: {x: {float: [0, 1]}}
)";

struct Outcome {
  CampaignResult result;
  double train_j;
  double load_j;
  double idle_j;
};

Outcome run(const std::string& rest) {
  const testing::Folder folder{"campaign"};
  folder.write("hand.yaml", machines + rest);
  Scenario scenario = load_scenario("hand.yaml", {}, {});
  Totals totals{scenario.platform.clusters.size()};
  Outcome outcome;
  run_on_simgrid(scenario.platform,
                 [&](Cluster& cluster) { outcome.result = run_campaign(scenario, cluster, {&totals}, {}); });
  outcome.train_j = totals.clusters()[0].energy(Cause::train).base();
  outcome.load_j = totals.clusters()[0].energy(Cause::load).base();
  outcome.idle_j = totals.clusters()[0].energy(Cause::idle).base();
  CHECK(outcome.result.closure.energy_error <= 1e-9);
  CHECK(outcome.result.closure.time_error <= 1e-9);
  return outcome;
}

Approx exactly(double value) { return Approx{value}.epsilon(1e-12).margin(1e-9); }

}  // namespace

TEST_CASE("three trials on two accelerators, with start-up") {
  const Outcome outcome = run(R"(
workload: {kind: fixed, seconds_per_unit: 3 s, start_up: 10 s, power: 250 W, quality: {kind: random}}
search: {strategy: random, resource: {max: 20}}
stop: {trials: 3}
)");
  // 70 s each: two at once, then one alone.
  CHECK(outcome.result.makespan.base() == exactly(140));
  CHECK(outcome.train_j == exactly(3 * 60 * (250 + 20)));
  CHECK(outcome.load_j == exactly(3 * 10 * (50 + 20)));
  CHECK(outcome.idle_j == exactly(70 * (50 + 20)));
  CHECK(outcome.result.energy.base() == exactly(48600 + 2100 + 4900));
  for (const TrialRecord& trial : outcome.result.trials) {
    CHECK(trial.status == TrialStatus::completed);
    CHECK(trial.energy.base() == exactly(16200 + 700));
    CHECK(trial.co2e.base() == exactly(16900 * 0.5 / 3.6e6));
  }
  CHECK(outcome.result.trials[2].start.base() == exactly(70));
}

TEST_CASE("a gang holds a whole node and carries all of its base power") {
  const Outcome outcome = run(R"(
workload: {kind: fixed, accelerators: 2, seconds_per_unit: 3 s, start_up: 10 s, power: 250 W, quality: {kind: random}}
search: {strategy: random, resource: {max: 20}}
stop: {trials: 3}
)");
  CHECK(outcome.result.makespan.base() == exactly(210));
  CHECK(outcome.train_j == exactly(3 * 60 * (2 * 250 + 40)));
  CHECK(outcome.load_j == exactly(3 * 10 * (2 * 50 + 40)));
  CHECK(outcome.idle_j == 0);
}

TEST_CASE("a budget ends a campaign on SimGrid as it does on paper") {
  const Outcome outcome = run(R"(
workload: {kind: fixed, accelerators: 2, seconds_per_unit: 3 s, power: 250 W, quality: {kind: random}}
search: {strategy: random, resource: {max: 20}}
stop: {energy: 0.03 kWh}
)");
  // 32,400 J a trial; 0.03 kWh are 108,000 J: the fourth passes it.
  CHECK(outcome.result.ended_by == "energy");
  CHECK(outcome.result.trials.size() == 4);
  CHECK(outcome.result.energy.base() == exactly(4 * 32400));
}
