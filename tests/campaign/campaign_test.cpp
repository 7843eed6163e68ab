// Whole campaigns on SimGrid, from the text of a scenario, against seconds and joules worked out by hand.
// One case a process: use ctest, or name one case.
#include "sim/campaign/campaign.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "sim/ledger/totals.hpp"
#include "sim/results/bill_sink.hpp"
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
  CampaignBill bill;
  double train_j;
  double load_j;
  double idle_j;
};

Outcome run(const std::string& rest, const std::string& platform = machines) {
  const testing::Folder folder{"campaign"};
  folder.write("hand.yaml", platform + rest);
  Scenario scenario = load_scenario("hand.yaml", {}, {});
  Totals totals{scenario.platform.clusters.size()};
  BillSink bill{bill_terms(scenario)};
  Outcome outcome;
  run_on_simgrid(scenario.platform, [&](Cluster& cluster) {
    outcome.result = run_campaign(scenario, cluster, {&totals, &bill}, {});
  });
  outcome.bill = bill.finish(bill_outcome(scenario, outcome.result));
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
  }
  for (const TrialBill& trial : outcome.bill.trials)
    CHECK(trial.accrued.co2e.base() == exactly(16900 * 0.5 / 3.6e6));
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

TEST_CASE("a node that draws more under load, a held accelerator and a cap close to the joule") {
  std::string loaded = machines;
  const auto replace = [&](const std::string& what, const std::string& by) {
    loaded.replace(loaded.find(what), what.size(), by);
  };
  replace("node_base: 40 W",
          "node_power: {idle: 40 W, cpu: 10 W, fans: 0.1, conversion: 0.8}\n      power_cap: 200 W");
  replace("idle: 50 W,", "idle: 50 W, draws: {context: 80 W}, power_limit: {min: 100 W},");
  const Outcome outcome = run(R"(
workload: {kind: fixed, seconds_per_unit: 1 s, start_up: 10 s, power: 250 W, quality: {kind: random}}
search: {strategy: random, resource: {max: 20}}
stop: {trials: 1}
)",
                              loaded);
  const Capped capped = under_cap({}, Watts{50}, Watts{300}, Watts{200}, Watts{250}, std::nullopt);
  const double train_s = 20 * capped.slowdown;
  CHECK(train_s > 21);
  CHECK(outcome.result.makespan.base() == exactly(10 + train_s));
  // The empty node draws (40 + 2 × 50) / 0.8 = 175 W, 37.5 W a half beside the accelerator's own 50 W. A watt
  // above idle costs 1.1 / 0.8 W, feeding an accelerator 12.5 W.
  const auto held_w = [](double draw_w) { return 50 + 1.375 * (draw_w - 50) + 12.5 + 37.5; };
  CHECK(outcome.load_j == exactly(10 * held_w(80)));
  CHECK(outcome.train_j == exactly(train_s * held_w(capped.draw.base())));
  CHECK(outcome.idle_j == exactly((10 + train_s) * (50 + 37.5)));
}

TEST_CASE("a cap that each trial chooses: the tightest is the slowest, and learns the same") {
  std::string capped = machines;
  capped.replace(capped.find("idle: 50 W,"), 11, "idle: 50 W, power_limit: {min: 100 W},");
  capped.replace(capped.find("space: {x: {float: [0, 1]}}"), 27,
                 "space: {power_cap: {choice: [120 W, 300 W]}}");
  const Outcome outcome = run(R"(
workload: {kind: fixed, seconds_per_unit: 1 s, power: 250 W, quality: {kind: random}}
search: {strategy: grid, resource: {max: 20}}
)",
                              capped);
  REQUIRE(outcome.result.trials.size() == 2);
  const Capped slow = under_cap({}, Watts{50}, Watts{300}, Watts{120}, Watts{250}, std::nullopt);
  CHECK(outcome.result.trials[0].accelerator_time.base() == exactly(20 * slow.slowdown));
  CHECK(outcome.result.trials[1].accelerator_time.base() == exactly(20));
  CHECK(outcome.result.trials[0].loss == outcome.result.trials[1].loss);
  CHECK(outcome.result.trials[0].energy.base() == exactly(20 * slow.slowdown * (slow.draw.base() + 20)));
}
