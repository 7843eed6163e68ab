#include "sim/workload/pollux.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/workload_from.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

Device four_a_node() {
  Device t4 = v100();
  t4.name = "t4";
  t4.accelerators_per_node = 4;
  return t4;
}

MadeWorkload made(const std::string& pollux, const std::string& rest = "batch_size: 64", Space space = {}) {
  WorkloadText text{
      "{kind: neural_network, parameters: 25 M, throughput: {pollux: " + pollux + "}, " + rest + "}",
      std::move(space)};
  text.devices = {four_a_node()};
  return make_workload(text);
}

double step(const std::string& pollux, const std::string& rest) {
  const MadeWorkload m = made(pollux, rest);
  INFO(m.mistakes);
  REQUIRE(m.mistakes.empty());
  return m.workload->cost({}, four_a_node())->per_unit.base();
}

const std::string law =
    "[{alpha_grad: 100 ms, beta_grad: 10 ms, batch_per_accelerator: [4, 64], alpha_sync_local: 300 ms, "
    "beta_sync_local: 50 ms, accelerators_in_node: [2, 4], alpha_sync_node: 900 ms, beta_sync_node: 100 ms, "
    "accelerators_over_nodes: [2, 16], gamma: 2}]";

}  // namespace

TEST_CASE("pollux: a step is its gradients and, on several accelerators, their exchange") {
  CHECK(step(law, "batch_size: 30") == Approx(0.4));
  // In one node: T_sync = 0.3 + 0.05 (K - 2); 16 samples on each take 0.26 s.
  CHECK(step(law, "batch_size: 32, accelerators: 2") == Approx(std::hypot(0.26, 0.3)));
  CHECK(step(law, "batch_size: 64, accelerators: 4") == Approx(std::hypot(0.26, 0.4)));
  // Over two nodes of four.
  CHECK(step(law, "batch_size: 128, accelerators: 8") == Approx(std::hypot(0.26, 0.9 + 0.6)));
  CHECK(step(law, "batch_size: 80, accelerators: 5") == Approx(std::hypot(0.26, 0.9 + 0.3)));
  // Micro-batches before the last add only their gradients: 3 · 0.14 s, then one with the exchange.
  CHECK(step(law, "batch_size: 32, accelerators: 2, micro_batches: 4") ==
        Approx(3 * 0.14 + std::hypot(0.14, 0.3)));
}

TEST_CASE("pollux: gamma of 1 hides nothing, and nothing overflows at 10") {
  PolluxConstants c;
  c.alpha_grad = Seconds{3};
  c.local = PolluxSync{Seconds{4}, Seconds{0}, {}};
  CHECK(pollux_step_time(c, 1, 2, 1).base() == Approx(7));
  c.gamma = 10;
  CHECK(pollux_step_time(c, 1, 2, 1).base() == Approx(std::pow(std::pow(3, 10) + std::pow(4, 10), 0.1)));
  c.alpha_grad = Seconds{1e60};
  CHECK(pollux_step_time(c, 1, 2, 1).base() == Approx(1e60));
  c.alpha_grad = Seconds{0};
  c.local = PolluxSync{};
  CHECK(pollux_step_time(c, 1, 2, 1) == Seconds{0});
}

TEST_CASE("pollux: exchanges are in it, or simulated from one accelerator's step") {
  CHECK(made(law, "batch_size: 64, accelerators: 4").workload->cost({}, four_a_node())->exchanges.empty());
  const auto alone = made(law, "batch_size: 64, accelerators: 4, measured_on: accelerator");
  CHECK(alone.mistakes.empty());
  CHECK(alone.workload->cost({}, four_a_node())->per_unit.base() == Approx(0.26));
  CHECK_FALSE(alone.workload->cost({}, four_a_node())->exchanges.empty());
}

TEST_CASE("pollux: beyond what was timed is refused") {
  CHECK_THAT(made(law, "batch_size: 2").mistakes,
             Catch::Contains("2 samples on each accelerator on t4 were not timed") &&
                 Catch::Contains("from 4 to 64") && Catch::Contains("widen 'batch_per_accelerator'"));
  CHECK_THAT(made(law, "batch_size: 64, accelerators: 4, micro_batches: 8").mistakes,
             Catch::Contains("2 samples on each accelerator"));
  CHECK_THAT(made(law, "activation_bytes_per_sample: 0", space_of({integers("batch_size", 4, 128)})).mistakes,
             Catch::Contains("128 samples on each accelerator"));
  CHECK_THAT(made(law, "batch_size: 320, accelerators: 20").mistakes,
             Catch::Contains("20 accelerators over several nodes") &&
                 Catch::Contains("widen 'accelerators_over_nodes'"));
  const std::string grad = "alpha_grad: 100 ms, beta_grad: 10 ms";
  CHECK_THAT(made("[{" + grad + "}]", "batch_size: 64, accelerators: 4").mistakes,
             Catch::Contains("needs 'alpha_sync_local'"));
  CHECK_THAT(made("[{" + grad + "}]", "batch_size: 64, accelerators: 8").mistakes,
             Catch::Contains("needs 'alpha_sync_node'"));
  CHECK(step("[{" + grad + "}]", "batch_size: 1000") == Approx(10.1));
}

TEST_CASE("pollux: constants are of an accelerator, or of any") {
  const std::string any = "{alpha_grad: 1 s, beta_grad: 1 ns}";
  CHECK(step("[" + any + ", {accelerator: t4, alpha_grad: 2 s, beta_grad: 1 ns}]", "batch_size: 1") ==
        Approx(2));
  CHECK(step("[" + any + ", {accelerator: a40, alpha_grad: 2 s, beta_grad: 1 ns}]", "batch_size: 1") ==
        Approx(1));
  CHECK_THAT(made("[{accelerator: a40, alpha_grad: 2 s, beta_grad: 1 ns}]").mistakes,
             Catch::Contains("pollux has no constants for t4"));
  CHECK_THAT(made("[" + any + ", " + any + "]").mistakes, Catch::Contains("constants above already"));
}

TEST_CASE("pollux: mistakes") {
  const std::string grad = "alpha_grad: 1 s, beta_grad: 1 ms";
  CHECK_THAT(made("[]").mistakes, Catch::Contains("no constants are given"));
  CHECK_THAT(made("[{" + grad + ", gamma: 11}]").mistakes, Catch::Contains("gamma"));
  CHECK_THAT(made("[{" + grad + ", beta_sync_node: 1 ms}]").mistakes,
             Catch::Contains("it goes with 'alpha_sync_node'"));
  CHECK_THAT(made("[{" + grad + ", batch_per_accelerator: [64, 4]}]").mistakes, Catch::Contains("[1, 64]"));
  CHECK_THAT(made("[{" + grad + ", batch_per_accelerator: [64]}]").mistakes, Catch::Contains("[1, 64]"));
  CHECK_THAT(made("[{alpha_grad: 1 s}]").mistakes, Catch::Contains("beta_grad"));
  CHECK_THAT(made("[{" + grad + "}], rows: [{value: 1}]").mistakes, Catch::Contains("give one of them"));
  const std::string transformer =
      "{kind: transformer, layers: 2, width: 128, heads: 2, vocabulary: 1000, sequence_length: 64, "
      "throughput: {pollux: [{" +
      grad + "}]}, ";
  WorkloadText text{transformer + "batch_size: 4, accelerators: 2, parallel: {tensor: 2}}", {}};
  text.devices = {four_a_node()};
  CHECK_THAT(make_workload(text).mistakes, Catch::Contains("pollux' law is of data ranks"));
}
