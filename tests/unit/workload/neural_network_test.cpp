#include <catch2/catch.hpp>

#include "tests/support/workload_from.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

MadeWorkload made(const std::string& rest, std::string unit = "step", Space space = {}) {
  return make_workload(
      {"{kind: neural_network, parameters: 25.6 M, flops_per_sample: 8.2 G, "
       "activation_bytes_per_sample: 90 M, " +
           rest + "}",
       std::move(space),
       1000,
       1,
       std::move(unit),
       {v100()}});
}

}  // namespace

TEST_CASE("a sample takes its forward FLOPs three times") {
  const auto m = made("batch_size: 64, efficiency: 0.5, accelerators: 2");
  REQUIRE(m.mistakes.empty());
  const auto cost = m.workload->cost({}, v100());
  REQUIRE(cost);
  CHECK(cost->per_unit.base() ==
        Approx(3 * 32 * 8.2e9 / 62.5e12).epsilon(0.5));  // or its activations' traffic
  CHECK(cost->memory.base() == Approx(16 * 25.6e6 + 32 * 90e6));
  CHECK(cost->checkpoint.base() == Approx(14 * 25.6e6));
  // Gradients of 51.2 MB are three buckets of at most 25 MB, one of which nothing hides.
  REQUIRE(cost->exchanges.size() == 2);
  CHECK(cost->exchanges[0].bytes.base() == Approx(2 * 25.6e6 / 3));
  CHECK(cost->exchanges[0].overlap == 0);
  CHECK(cost->exchanges[1].per_unit == 2 * cost->exchanges[0].per_unit);
}

TEST_CASE("a network's units may be samples and epochs, its batch searched over") {
  const double step = made("batch_size: 64").workload->cost({}, v100())->per_unit.base();
  CHECK(made("batch_size: 64", "sample").workload->cost({}, v100())->per_unit.base() == Approx(step / 64));
  CHECK(made("batch_size: 64, samples_per_unit: 640", "epoch").workload->cost({}, v100())->per_unit.base() ==
        Approx(10 * step));
  CHECK_THAT(made("batch_size: 64", "epoch").mistakes, Catch::Contains("the samples in one epoch"));
  const auto searched = made("micro_batches: 1", "step", space_of({choice("batch_size", {"64", "4096"})}));
  REQUIRE(searched.mistakes.empty());
  CHECK(searched.workload->cost({{0}}, v100())->per_unit.base() == Approx(step));
  CHECK_FALSE(searched.workload->cost({{1}}, v100()));  // 369 GB of activations
  CHECK(made("batch_size: 4096, micro_batches: 64").workload->cost({}, v100()));
}

TEST_CASE("a network of unknown layers is not cut") {
  CHECK_THAT(made("batch_size: 64, parallel: {tensor: 2}").mistakes,
             Catch::Contains("use 'data' ranks only"));
  CHECK_THAT(make_workload({"{kind: neural_network, parameters: 1 M, batch_size: 8}", {}}).mistakes,
             Catch::Contains("flops_per_sample"));
}

TEST_CASE("the measured step of one accelerator leaves exchanges to the simulation") {
  const std::string rows =
      "throughput: {unit: s/step, rows: [{batch: 16, value: 0.1}, {batch: 64, value: 0.3}]}";
  const auto cost = [&](const std::string& rest) {
    const auto m = made(rest);
    REQUIRE(m.mistakes.empty());
    return *m.workload->cost({}, v100());
  };
  const TrainingCost four = cost("batch_size: 64, accelerators: 4, measured_on: accelerator, " + rows);
  CHECK(four.per_unit.base() == Approx(0.1));  // 16 on each
  CHECK(four.exchanges.size() == 2);
  CHECK(
      cost("batch_size: 64, accelerators: 4, measured_on: accelerator, step_time: 0.2 s").exchanges.size() ==
      2);
  CHECK(cost("batch_size: 64, accelerators: 4, step_time: 0.2 s").exchanges.empty());
  CHECK_THAT(made("batch_size: 512, accelerators: 4, measured_on: accelerator, " + rows).mistakes,
             Catch::Contains("a batch of 128, and it has 16 to 64"));
  CHECK_THAT(made("batch_size: 64, measured_on: accelerator").mistakes,
             Catch::Contains("nothing is measured"));
  CHECK_THAT(made("batch_size: 64, measured_on: node, step_time: 1 s").mistakes,
             Catch::Contains("accelerator"));
}
