// Trials that exchange and read data, on SimGrid, against seconds and joules worked out by hand. One case a
// process: use ctest, or name one case.
#include <catch2/catch.hpp>
#include <string>

#include "sim/campaign/campaign.hpp"
#include "sim/ledger/totals.hpp"
#include "tests/unit/config/support.hpp"

using namespace campaign_sim;

namespace {

// 50 W idle, 300 W at most, 40 W for a node. The network and the shape of the nodes are the case's.
std::string scenario_on(const std::string& machines, const std::string& rest) {
  return R"(name: hand
precision: fp16
platform:
  clusters:
    main:
      site: {pue: 1, intensity: 0.5 kg/kWh, electricity_price: 0 USD/kWh}
      accelerator: {idle: 50 W, max: 300 W, peak: {fp16: 1 TFLOP/s}, memory: 16 GB, memory_bandwidth: 1 GB/s, draws: {load: 50 W, checkpoint: 50 W, communicate: 150 W}}
      node_base: 40 W
)" + machines +
         "\nspace: {x: {float: [0, 1]}}\n" + rest;
}

struct Outcome {
  CampaignResult result;
  Totals totals;
  double energy_j(Cause cause) const { return totals.clusters()[0].energy(cause).base(); }
};

Outcome run(const std::string& text) {
  const testing::Folder folder{"network"};
  folder.write("hand.yaml", text);
  Scenario scenario = load_scenario("hand.yaml", {}, {});
  Outcome outcome{{}, Totals{scenario.platform.clusters.size()}};
  run_on_simgrid(scenario.platform, [&](Cluster& cluster) {
    outcome.result = run_campaign(scenario, cluster, {&outcome.totals}, {});
  });
  CHECK(outcome.result.closure.energy_error <= 1e-9);
  CHECK(outcome.result.closure.time_error <= 1e-9);
  return outcome;
}

// SimGrid moves whole bytes, and its clock has a precision of a nanosecond.
Approx near(double value) { return Approx{value}.epsilon(1e-8); }

const std::string two_nodes_of_two = R"(      nodes: 2
      accelerators_per_node: 2
      network: {in_node: {bandwidth: 10 GB/s}, between_nodes: {bandwidth: 1 GB/s}, )";

std::string four_ranks(const std::string& exchange) {
  return "workload: {kind: fixed, accelerators: 4, seconds_per_unit: 3 s, power: 250 W, exchanges: [" +
         exchange + "]}\nsearch: {strategy: random, resource: {max: 10}}\nstop: {trials: 1}\n";
}

}  // namespace

TEST_CASE("a gang over two nodes computes, then passes its ring") {
  const Outcome outcome =
      run(scenario_on(two_nodes_of_two + "all_reduce: ring}", four_ranks("{bytes: 4 GB}")));
  // 2 × 3/4 × 4 GB over each edge: 6 s between nodes, a tenth of that within.
  CHECK(outcome.result.makespan.base() == near(10 * (3 + 6)));
  CHECK(outcome.energy_j(Cause::train) == near(10 * 3 * (4 * 250 + 2 * 40)));
  CHECK(outcome.energy_j(Cause::communicate) == near(10 * 6 * (4 * 150 + 2 * 40)));
  CHECK(outcome.result.trials[0].resource == 10);
  CHECK(outcome.totals.clusters()[0].energy(Cause::idle).base() == Approx(0).margin(1e-6));
}

TEST_CASE("a hierarchical all-reduce takes its three stages, one after the other") {
  const Outcome outcome = run(scenario_on(two_nodes_of_two + "}", four_ranks("{bytes: 4 GB}")));
  CHECK(outcome.result.makespan.base() == near(10 * (3 + 0.2 + 4 + 0.2)));
}

TEST_CASE("trees carry as much as the hierarchy between nodes, and all at once") {
  const Outcome outcome =
      run(scenario_on(two_nodes_of_two + "all_reduce: tree}", four_ranks("{bytes: 4 GB}")));
  CHECK(outcome.result.makespan.base() == near(10 * (3 + 4)));
}

TEST_CASE("half overlapped: 3 s beside 3 s of computing, then 3 s") {
  const Outcome outcome =
      run(scenario_on(two_nodes_of_two + "all_reduce: ring}", four_ranks("{bytes: 4 GB, overlap: 0.5}")));
  CHECK(outcome.result.makespan.base() == near(10 * (3 + 3)));
}

TEST_CASE("all overlapped: 6 s, of which 3 s beside computing") {
  const Outcome outcome =
      run(scenario_on(two_nodes_of_two + "all_reduce: ring}", four_ranks("{bytes: 4 GB, overlap: 1}")));
  CHECK(outcome.result.makespan.base() == near(10 * 6));
  CHECK(outcome.energy_j(Cause::communicate) == near(10 * 3 * (4 * 150 + 2 * 40)));
}

TEST_CASE("a little, all overlapped: nothing is seen of it") {
  const Outcome outcome =
      run(scenario_on(two_nodes_of_two + "all_reduce: ring}", four_ranks("{bytes: 1 GB, overlap: 1}")));
  CHECK(outcome.result.makespan.base() == near(10 * 3));
  CHECK(outcome.energy_j(Cause::communicate) == Approx(0).margin(1e-6));
}

TEST_CASE("each message of a ring waits for the latency of its way") {
  const Outcome outcome = run(scenario_on(R"(      nodes: 4
      accelerators_per_node: 1
      network: {in_node: {bandwidth: 10 GB/s}, between_nodes: {bandwidth: 1 GB/s, latency: 1 ms}, all_reduce: ring})",
                                          four_ranks("{bytes: 4 GB, per_unit: 5}")));
  CHECK(outcome.result.makespan.base() == near(10 * (3 + 5 * (6 + 6 * 2 * 0.001))));
}

TEST_CASE("a trial alone, in one round") {
  const Outcome outcome = run(
      scenario_on(two_nodes_of_two + "rounds: 1}", four_ranks("{bytes: 4 GB, overlap: 0.7}, {bytes: 1 GB}")));
  // Hidden: 0.7 × 4.4 s, longer by 0.08 s than computing; then 0.3 × 4.4 s and 1.1 s.
  CHECK(outcome.result.makespan.base() == near(10 * (3.08 + 1.32 + 1.1)));
}

TEST_CASE("a trial alone, in three rounds: the same") {
  const Outcome outcome = run(
      scenario_on(two_nodes_of_two + "rounds: 3}", four_ranks("{bytes: 4 GB, overlap: 0.7}, {bytes: 1 GB}")));
  CHECK(outcome.result.makespan.base() == near(10 * (3.08 + 1.32 + 1.1)));
}

TEST_CASE("a trial alone, step by step: the same") {
  const Outcome outcome = run(scenario_on(two_nodes_of_two + "rounds: every-step}",
                                          four_ranks("{bytes: 4 GB, overlap: 0.7}, {bytes: 1 GB}")));
  CHECK(outcome.result.makespan.base() == near(10 * (3.08 + 1.32 + 1.1)));
}

TEST_CASE("trials that share a node's only bus slow each other") {
  const Outcome outcome = run(scenario_on(R"(      nodes: 1
      accelerators_per_node: 4
      network: {in_node: {bandwidth: 10 GB/s, shared: true}})",
                                          R"(
workload: {kind: fixed, accelerators: 2, seconds_per_unit: 3 s, power: 250 W, exchanges: [{bytes: 5 GB}]}
search: {strategy: random, resource: {max: 10}}
stop: {trials: 2}
)"));
  // Two ranks send 5 GB each: 1 s alone, 2 s for two trials in step.
  CHECK(outcome.result.makespan.base() == near(10 * (3 + 2)));
}

namespace {

// Three switches of two nodes below one: trials on nodes 0, 1, 2 and 3, 4, 5 both need switch 1's way up.
std::string on_a_fat_tree(int trials) {
  return scenario_on(R"(      nodes: 6
      accelerators_per_node: 1
      network:
        in_node: {bandwidth: 10 GB/s}
        between_nodes: {bandwidth: 1 GB/s}
        fabric: {kind: fat_tree, down: [2, 3]}
)",
                     R"(
workload: {kind: fixed, accelerators: 3, seconds_per_unit: 3 s, power: 250 W, exchanges: [{bytes: 3 GB}]}
search: {strategy: random, resource: {max: 10}}
stop: {trials: )" + std::to_string(trials) +
                         "}\n");
}

}  // namespace

TEST_CASE("a trial alone on a fat tree has its links for itself") {
  // 2 × 2/3 × 3 GB over each edge.
  CHECK(run(on_a_fat_tree(1)).result.makespan.base() == near(10 * (3 + 4)));
}

TEST_CASE("trials that share a link of a fat tree slow each other") {
  CHECK(run(on_a_fat_tree(2)).result.makespan.base() == near(10 * (3 + 8)));
}

TEST_CASE("a torus passes a ring from neighbour to neighbour") {
  const Outcome outcome = run(scenario_on(R"(      nodes: 4
      accelerators_per_node: 1
      network: {in_node: {bandwidth: 10 GB/s}, between_nodes: {bandwidth: 1 GB/s}, fabric: {kind: torus, dimensions: [4]}})",
                                          four_ranks("{bytes: 4 GB}")));
  CHECK(outcome.result.makespan.base() == near(10 * (3 + 6)));
}

TEST_CASE("a dragonfly's groups are joined by one link each way") {
  const Outcome outcome = run(scenario_on(R"(      nodes: 4
      accelerators_per_node: 1
      network:
        in_node: {bandwidth: 10 GB/s}
        between_nodes: {bandwidth: 1 GB/s}
        fabric: {kind: dragonfly, groups: 2, chassis: 1, routers: 2, nodes: 1})",
                                          four_ranks("{bytes: 4 GB}")));
  // No edge of the ring shares a link with another in its direction.
  CHECK(outcome.result.makespan.base() == near(10 * (3 + 6)));
}

namespace {

const std::string with_storage = R"(      nodes: 2
      accelerators_per_node: 2
      storage: {read_bandwidth: 2 GB/s, write_bandwidth: 1 GB/s})";

}

namespace {

std::string readers(int trials) {
  return R"(
workload: {kind: fixed, accelerators: 2, seconds_per_unit: 3 s, power: 250 W, input_per_unit: 4 GB}
search: {strategy: random, resource: {max: 10}}
stop: {trials: )" +
         std::to_string(trials) + "}\n";
}

}  // namespace

TEST_CASE("reading that takes less than computing is not seen") {
  CHECK(run(scenario_on(with_storage, readers(1))).result.makespan.base() == near(30));
}

TEST_CASE("two trials that read more than storage gives them wait for it") {
  const Outcome outcome = run(scenario_on(with_storage, readers(2)));
  CHECK(outcome.result.makespan.base() == near(40));
  CHECK(outcome.energy_j(Cause::train) == near(2 * 30 * (2 * 250 + 40)));
  CHECK(outcome.energy_j(Cause::load) == near(2 * 10 * (2 * 50 + 40)));
}

TEST_CASE("a node takes no more from storage than its own link carries") {
  const std::string narrow = with_storage.substr(0, with_storage.size() - 1) + ", per_node: 500 MB/s}";
  CHECK(run(scenario_on(narrow, readers(1))).result.makespan.base() == near(80));
}

TEST_CASE("a trial that is paused writes its checkpoint through shared storage") {
  const Outcome outcome = run(scenario_on(with_storage, R"(
workload: {kind: fixed, accelerators: 2, seconds_per_unit: 3 s, power: 250 W, checkpoint: 4 GB, quality: {kind: random}}
search: {strategy: successive_halving, eta: 2, resource: {min: 1, max: 2}}
stop: {trials: 2}
)"));
  // The first of two that end their rung waits for the other: 4 GB at 1 GB/s.
  CHECK(outcome.energy_j(Cause::checkpoint) == near(4 * (2 * 50 + 40)));
}
