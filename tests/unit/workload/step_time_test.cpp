#include "sim/workload/step_time.hpp"

#include <catch2/catch.hpp>

#include "tests/support/workload_from.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

TEST_CASE("arithmetic and memory add up, and their shares are what is waited for") {
  // By hand on 125 TFLOP/s and 0.9 TB/s: 1 TFLOP takes 8 ms, its operands 2.3 GB; 1 GB written is 8.2 GB
  // moved.
  const StepWork work{.products = Flops{1e12}, .activations = Bytes{1e9}, .weights = Bytes{0.5e9}};
  const StepTime time = modelled_step_time(work, v100());
  const double moved = (1.8e9 + 9.5e9 + 0.5e9) / 0.9e12;
  CHECK(time.all.base() == Approx(0.008 + moved));
  REQUIRE(time.waits_for);
  CHECK(time.waits_for->compute == Approx(0.008 / (0.008 + moved)));
  CHECK(time.waits_for->compute + time.waits_for->memory == Approx(1));
}

TEST_CASE("fused attention is bound by more than products are, and computes at its own rate") {
  const StepWork plain{.attention_computed = Flops{1e12}, .fused_attention = false};
  const StepWork fused{.attention_computed = Flops{1e12}};
  CHECK(modelled_step_time(plain, v100()).all.base() == Approx(0.008 + 1.8e9 / 0.9e12));
  CHECK(modelled_step_time(fused, v100()).all.base() == Approx(0.008 + 13e9 / 0.9e12));
  Device eight_bits = v100();
  eight_bits.peak = FlopsPerSecond{250e12};
  eight_bits.attention_peak = FlopsPerSecond{125e12};
  CHECK(modelled_step_time(fused, eight_bits).all == modelled_step_time(fused, v100()).all);
}

TEST_CASE("a given efficiency makes a roofline") {
  const StepWork work{.products = Flops{1e12}, .activations = Bytes{1e9}};
  CHECK(step_time_at_efficiency(work, v100(), 0.5).all.base() == Approx(0.016));
  const StepWork small{.products = Flops{1e9}, .activations = Bytes{1e9}};
  CHECK(step_time_at_efficiency(small, v100(), 0.5).all.base() == Approx(2 / 900.0));
}

TEST_CASE("weights are read three times a micro-batch, and the states once updated") {
  CHECK(weight_traffic(1000, 4, {}).base() == 3 * 4 * 2 * 1000 + 2 * 16 * 1000);
}
