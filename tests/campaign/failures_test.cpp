// Checkpoints while training and nodes that fail, on SimGrid: seconds and joules worked out by hand, and
// books that close whatever happens. One case a process: use ctest, or name one case.
#include <catch2/catch.hpp>

#include "sim/campaign/campaign.hpp"
#include "sim/ledger/totals.hpp"
#include "tests/support/hand_campaign.hpp"
#include "tests/unit/config/support.hpp"

using namespace campaign_sim;
using testing::small_platform;

namespace {

Approx exactly(double value) { return Approx{value}.epsilon(1e-12).margin(1e-9); }

constexpr auto machines = R"(name: hand
precision: fp16
platform:
  clusters:
    main:
      site: {pue: 1, intensity: 0.5 kg/kWh, electricity_price: 0 USD/kWh}
      accelerator: {idle: 50 W, max: 300 W, peak: {fp16: 1 TFLOP/s}, memory: 16 GB, memory_bandwidth: 1 GB/s, draws: {context: 80 W, checkpoint: 100 W}}
      nodes: 4
      accelerators_per_node: 2
      node_base: 40 W
)";

struct Outcome {
  CampaignResult result;
  testing::RowRecorder recorder;
  Totals totals{1};

  double energy_j(Cause cause) const { return totals.clusters()[0].energy(cause).base(); }
  double time_s(Cause cause) const { return totals.clusters()[0].accelerator_time(cause).base(); }
};

Outcome run(const std::string& rest) {
  const testing::Folder folder{"failures"};
  folder.write("hand.yaml", machines + rest);
  Scenario scenario = load_scenario("hand.yaml", {}, {});
  Outcome outcome;
  run_on_simgrid(scenario.platform, [&](Cluster& cluster) {
    outcome.result = run_campaign(scenario, cluster, {&outcome.totals, &outcome.recorder}, {});
  });
  CHECK(outcome.result.closure.energy_error <= 1e-9);
  CHECK(outcome.result.closure.time_error <= 1e-9);
  return outcome;
}

}  // namespace

TEST_CASE("checkpoints while training take their time and their watts, and are one execution") {
  const Outcome outcome = run(R"(
workload: {kind: fixed, accelerators: 2, seconds_per_unit: 3 s, power: 250 W, checkpoint: 8 GB}
search: {strategy: random, resource: {max: 20}}
checkpoint: {every: 15 s, bandwidth: 2 GB/s}
stop: {trials: 1}
)");
  // 60 s of training, of which 4 times 15, and 4 s of writing after each.
  CHECK(outcome.result.makespan.base() == exactly(76));
  CHECK(outcome.result.checkpoints == 4);
  CHECK(outcome.energy_j(Cause::train) == exactly(60 * (2 * 250 + 40)));
  CHECK(outcome.energy_j(Cause::checkpoint) == exactly(16 * (2 * 100 + 40)));
  CHECK(outcome.recorder.rows.size() == 8 + 6);  // and six accelerators that stand idle
  CHECK(outcome.recorder.rows[1].start_s == exactly(15));
  CHECK(outcome.recorder.rows[1].end_s == exactly(19));
  CHECK(outcome.recorder.rows[2].to == exactly(10));
}

TEST_CASE("checkpoints to shared storage wait for each other") {
  const Outcome outcome = run(R"(
      storage: {read_bandwidth: 100 GB/s, write_bandwidth: 2 GB/s}
workload: {kind: fixed, accelerators: 2, seconds_per_unit: 3 s, power: 250 W, checkpoint: 8 GB}
search: {strategy: random, resource: {max: 20}}
checkpoint: {every_resource: 10}
stop: {trials: 2}
)");
  // Both write 8 GB at the same time, twice: 8 s instead of 4.
  CHECK(outcome.result.checkpoints == 4);
  CHECK(outcome.result.makespan.base() == Approx(60 + 2 * 8).epsilon(1e-6));
  CHECK(outcome.time_s(Cause::checkpoint) == Approx(2 * 2 * 2 * 8).epsilon(1e-6));
}

TEST_CASE("a job that is cancelled leaves the others alone, and a node that is off draws nothing") {
  run_on_simgrid(small_platform(2, 2, Watts{40}), [](Cluster& cluster) {
    cluster.start({1, {0, 1}, {{Seconds{100}, Watts{300}}}});
    cluster.start({2, {2}, {{Seconds{50}, Watts{200}}, {Seconds{10}, std::nullopt}}});
    CHECK(cluster.wait(Seconds{30}).empty());
    CHECK(cluster.now().base() == exactly(30));
    const std::vector<std::uint64_t> first{1};
    const auto cancelled = cluster.cancel(first);
    REQUIRE(cancelled.size() == 1);
    REQUIRE(cancelled[0].phases.size() == 1);
    CHECK(cancelled[0].phases[0].end.base() == exactly(30));
    CHECK(cancelled[0].phases[0].energy.base() == exactly(30 * (2 * 300 + 40)));
    cluster.switch_off(0);
    CHECK(cluster.wait(Seconds{50}).empty());  // a phase ends at that instant, the job does not
    const auto done = cluster.wait(Seconds{80});
    REQUIRE(done.size() == 1);
    CHECK(done[0].id == 2);
    CHECK(cluster.now().base() == exactly(60));
    CHECK(cluster.wait(Seconds{70}).empty());  // while nothing runs
    cluster.switch_on(0);
    cluster.start({3, {0}, {{Seconds{10}, Watts{300}}}});
    CHECK(cluster.wait(Seconds{80}).size() == 1);  // both at once
    CHECK(cluster.wait(Seconds{81}).empty());
    CHECK(cluster.meter(0).base() == exactly(30 * (300 + 20) + 10 * (300 + 20) + 120));
    CHECK(cluster.meter(1).base() == exactly(30 * (300 + 20) + 10 * (100 + 20) + 120));
  });
}

TEST_CASE("a campaign on nodes that fail closes, on networks and shared storage too") {
  const Outcome outcome = run(R"(
      network: {in_node: {bandwidth: 10 GB/s}, between_nodes: {bandwidth: 1 GB/s}}
      storage: {read_bandwidth: 10 GB/s, write_bandwidth: 2 GB/s}
      failures: {mean_time_between: 120 s, repair: {distribution: exponential, mean: 20 s}, restart: 2 s}
workload:
  kind: fixed
  accelerators: 4
  seconds_per_unit: 3 s
  start_up: 5 s
  power: 250 W
  checkpoint: 8 GB
  input_per_unit: 1 GB
  exchanges: [{pattern: all_reduce, bytes: 100 MB, per_unit: 5, overlap: 0.5}]
  quality: {kind: random}
search: {strategy: asha, eta: 3, resource: {min: 1, max: 27}}
checkpoint: {every: 10 s}
stop: {trials: 12}
)");
  CHECK(outcome.result.interruptions > 0);
  CHECK(outcome.energy_j(Cause::lost) > 0);
  CHECK(outcome.energy_j(Cause::off) == 0);
  CHECK(outcome.time_s(Cause::off) > 0);
  for (const TrialRecord& trial : outcome.result.trials) CHECK(trial.status != TrialStatus::failed);
}
