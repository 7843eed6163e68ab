// A transformer trained on nodes of H100, its exchanges simulated over NVLink and a fabric: seconds a step,
// worked out by hand. One case a process: use ctest, or name one case.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "sim/campaign/campaign.hpp"
#include "sim/ledger/totals.hpp"
#include "tests/support/project_root.hpp"
#include "tests/unit/config/support.hpp"

using namespace campaign_sim;

namespace {

constexpr int steps = 10;
constexpr double layers = 4;
constexpr double width = 2048;
constexpr double sequence = 1024;
constexpr double tokens = 64 * sequence;  // a step's
constexpr double vocabulary = 8192;

// Matrices, biases and normalisations of a layer; embedding, positions and the last normalisation.
constexpr double in_layers = layers * (12 * width * width + 13 * width);
constexpr double parameters = in_layers + (vocabulary + sequence + 2) * width;
constexpr double weights = 2 * parameters;  // in bf16
constexpr double a_layer = 2 * in_layers / layers;
constexpr double outside = weights - layers * a_layer;

constexpr double nvlink = 450e9;
constexpr double fabric = 50e9;
constexpr double hop = 2e-6;       // a message within a node
constexpr double one_link = 5e-6;  // one link of the star; a message between nodes passes two

// At 40 % of the peak of an H100.
double computing(double ranks) {
  const double flops = 6 * in_layers + 6 * vocabulary * width + 12 * layers * width * sequence;
  return tokens / ranks * flops / (989.4e12 * 0.4);
}

// Half of an all-reduce between the eight of a node.
double within_a_node(double bytes) { return 7.0 / 8 * bytes / nvlink + 7 * hop; }

// A ring of one rank of each of n nodes, eight side by side that hold an eighth each; there and back.
double across(double nodes, double bytes) {
  return 2 * (nodes - 1) / nodes * bytes / fabric + 2 * (nodes - 1) * 2 * one_link;
}

double all_reduce(double nodes, double bytes) {
  return 2 * within_a_node(bytes) + (nodes > 1 ? across(nodes, bytes) : 0);
}

// What data ranks' exchange of all weights takes, by what one portion takes: first the embedding and a layer,
// which nothing hides, then the other layers, which computing hides but for what the exchange takes from it.
struct Portions {
  double seen;
  double hidden;

  double all() const { return seen + hidden; }
};
template <class Time>
Portions in_portions(Time time, double times = 1) {
  constexpr double lost = 1 - 1 / 1.189;
  const double others = (layers - 1) * time(a_layer);
  return {times * (time(outside) + time(a_layer) + lost * others), times * (1 - lost) * others};
}

struct Outcome {
  double step;
  double communicating;  // of it
};

Outcome train(int nodes, const std::string& how, const std::string& network) {
  const testing::Folder folder{"transformer-network"};
  folder.write("hand.yaml", R"(name: hand
precision: bf16
platform:
  clusters:
    main:
      site: {pue: 1, intensity: 0.5 kg/kWh, electricity_price: 0 USD/kWh}
      accelerator: h100-sxm
      accelerators_per_node: 8
      nodes: )" + std::to_string(nodes) +
                                "\n" + network + R"(
workload:
  kind: transformer
  layers: 4
  width: 2048
  heads: 16
  vocabulary: 8192
  sequence_length: 1024
  batch_size: 64
  start_up: 0 s
)" + how + R"(
search: {strategy: random, resource: {unit: step, max: 10}}
stop: {trials: 1}
)");
  Scenario scenario = load_scenario("hand.yaml", {}, {testing::project_root() / "platforms"});
  Totals totals{scenario.platform.clusters.size()};
  Outcome outcome{};
  run_on_simgrid(scenario.platform, [&](Cluster& cluster) {
    const CampaignResult result = run_campaign(scenario, cluster, {&totals}, {});
    CHECK(result.closure.energy_error <= 1e-9);
    CHECK(result.closure.time_error <= 1e-9);
    outcome.step = result.makespan.base() / steps;
  });
  outcome.communicating =
      totals.clusters()[0].accelerator_time(Cause::communicate).base() / (steps * nodes * 8);
  return outcome;
}

std::string network_of(const std::string& between_nodes) {
  return "      network: {in_node: {bandwidth: 450 GB/s, latency: 2 us}, between_nodes: {bandwidth: " +
         between_nodes + ", latency: 5 us}}\n";
}

const std::string fast = network_of("50 GB/s");
const std::string at_40_percent = "  efficiency: 0.4\n";

// SimGrid moves whole bytes, and its clock has a precision of a nanosecond.
Approx near(double value) { return Approx{value}.epsilon(1e-6); }

}  // namespace

TEST_CASE("a transformer's data ranks on one node: the first portions of the all-reduce are seen") {
  const Outcome outcome = train(1, "  accelerators: 8\n" + at_40_percent, fast);
  const Portions sums = in_portions([](double bytes) { return all_reduce(1, bytes); });
  CHECK(outcome.step == near(computing(8) + sums.seen));
  CHECK(outcome.communicating == near(sums.seen));
}

TEST_CASE("software that hides nothing is told so") {
  const Outcome outcome = train(1, "  parallel: {data: 8, overlap: 0}\n" + at_40_percent, fast);
  const Portions sums = in_portions([](double bytes) { return all_reduce(1, bytes); });
  CHECK(outcome.step == near(computing(8) + sums.all()));
}

TEST_CASE("a transformer's data ranks on two nodes") {
  const Outcome outcome = train(2, "  accelerators: 16\n" + at_40_percent, fast);
  const Portions sums = in_portions([](double bytes) { return all_reduce(2, bytes); });
  CHECK(outcome.step == near(computing(16) + sums.seen));
  CHECK(outcome.communicating == near(sums.seen));
}

TEST_CASE("a transformer's data ranks on eight nodes") {
  const Outcome outcome = train(8, "  accelerators: 64\n" + at_40_percent, fast);
  // What could hide takes longer than the backward pass, so that some of it is seen, too.
  const Portions sums = in_portions([](double bytes) { return all_reduce(8, bytes); });
  const double backward = computing(64) * 2 / 3;
  REQUIRE(sums.hidden > backward);
  CHECK(outcome.step == near(computing(64) - backward + sums.all()));
}

TEST_CASE("a transformer on nodes that little joins waits for its gradients") {
  const Outcome outcome = train(2, "  accelerators: 16\n" + at_40_percent, network_of("5 GB/s"));
  const Portions sums =
      in_portions([](double bytes) { return 2 * within_a_node(bytes) + bytes / 5e9 + 4 * one_link; });
  const double backward = computing(16) * 2 / 3;
  REQUIRE(sums.hidden > backward);
  CHECK(outcome.step == near(computing(16) - backward + sums.all()));
  CHECK(outcome.communicating == near(sums.all() - backward));
}

TEST_CASE("sharded weights are gathered twice and scattered once a micro-batch") {
  const Outcome outcome =
      train(2, "  accelerators: 16\n  zero_stage: 3\n  micro_batches: 2\n" + at_40_percent, fast);
  // Gathering and scattering are half an all-reduce each; gradients are scattered beside the backward pass.
  const auto half = [](double bytes) { return all_reduce(2, bytes) / 2; };
  const Portions gathered = in_portions(half, 2 * 2);
  const Portions scattered = in_portions(half, 2);
  const double backward = computing(16) * 2 / 3;
  const double beside = gathered.hidden + std::min(scattered.hidden, backward);
  CHECK(outcome.step == near(std::max(computing(16), beside) + gathered.all() + scattered.all() - beside));
}

TEST_CASE("a transformer's tensor ranks within a node: nothing hides") {
  const Outcome outcome = train(1, "  parallel: {tensor: 8}\n" + at_40_percent, fast);
  // After attention and after the feed-forward block of each layer, forwards and backwards.
  const double exposed = 4 * layers * all_reduce(1, 2 * tokens * width);
  CHECK(outcome.step == near(computing(8) + exposed));
  CHECK(outcome.communicating == near(exposed));
}

TEST_CASE("tensor ranks within each of two nodes, data ranks between them") {
  const Outcome outcome = train(2, "  parallel: {tensor: 8, data: 2}\n" + at_40_percent, fast);
  // Each tensor rank sums its eighth of the gradients with its like on the other node.
  const Portions gradients = in_portions([](double bytes) { return across(2, bytes); });
  REQUIRE(gradients.hidden < computing(16) * 2 / 3);
  const double exposed = 4 * layers * all_reduce(1, 2 * tokens / 2 * width) + gradients.seen;
  CHECK(outcome.step == near(computing(16) + exposed));
  CHECK(outcome.communicating == near(exposed));
}

TEST_CASE("pipeline stages on two nodes send each micro-batch there and back") {
  const Outcome outcome =
      train(2, "  parallel: {pipeline: 2, tensor: 8}\n  micro_batches: 4\n" + at_40_percent, fast);
  const double half = 6 * in_layers / 2 + 12 * layers / 2 * width * sequence + 6 * vocabulary * width;
  const double slowest = tokens / 8 * half / (989.4e12 * 0.4) * (1 + 1.0 / 4);
  const double summed = 4 * (4 * layers / 2) * all_reduce(1, 2 * tokens / 4 * width);
  const double sent = 2 * 4 * (2 * tokens / 4 * width / fabric + 2 * one_link);
  CHECK(outcome.step == near(slowest + summed + sent));
}

TEST_CASE("without a stated efficiency, too, tensor ranks wait for their sums") {
  const Outcome outcome = train(1, "  parallel: {tensor: 8}\n", fast);
  CHECK(outcome.communicating == near(4 * layers * all_reduce(1, 2 * tokens * width)));
}
