#include <catch2/catch.hpp>

#include "tests/support/workload_from.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

MadeWorkload made(const std::string& throughput, const std::string& rest = "batch_size: 64",
                  Space space = {}) {
  Device v = v100();
  v.name = "v100";
  WorkloadText text{"{kind: neural_network, parameters: 25 M, throughput: " + throughput + ", " + rest + "}",
                    std::move(space)};
  text.devices = {v};
  return make_workload(text);
}

std::optional<TrainingCost> cost(const MadeWorkload& m, const Configuration& c = {}) {
  Device v = v100();
  v.name = "v100";
  REQUIRE(m.mistakes.empty());
  return m.workload->cost(c, v);
}

const std::string batches = "{unit: s/step, rows: [{batch: 32, value: 1}, {batch: 128, value: 4}]}";

}  // namespace

TEST_CASE("between recorded points the time of a step is a power law") {
  CHECK(cost(made(batches))->per_unit.base() == Approx(2));
  CHECK(cost(made(batches, "batch_size: 32"))->per_unit == Seconds{1});
  CHECK(cost(made(batches, "batch_size: 128"))->per_unit == Seconds{4});
  const auto counts =
      made("{unit: samples/s, rows: [{count: 2, batch: 64, value: 64}, {count: 8, batch: 64, value: 128}]}",
           "batch_size: 64, accelerators: 4");
  CHECK(cost(counts)->per_unit.base() == Approx(std::sqrt(0.5)));
  CHECK(cost(counts)->exchanges.empty());
}

TEST_CASE("beyond what was recorded nothing is known") {
  CHECK_THAT(made(batches, "batch_size: 16").mistakes,
             Catch::Contains("a batch of 16, and it has 32 to 128"));
  CHECK_THAT(
      made(batches, "activation_bytes_per_sample: 0", space_of({integers("batch_size", 32, 256)})).mistakes,
      Catch::Contains("a batch of 256, and it has 32 to 128"));
  CHECK_THAT(made("{unit: s/step, rows: [{count: 2, value: 1}]}").mistakes,
             Catch::Contains("1 accelerators, and it has 2 to 2"));
  CHECK_THAT(made("{unit: s/step, rows: [{accelerator: k80, value: 1}]}").mistakes,
             Catch::Contains("no speed is recorded for v100 (there are speeds for k80)"));
  CHECK(cost(made("{unit: s/step, rows: [{accelerator: v100, value: 3}, {accelerator: k80, value: 1}]}"))
            ->per_unit == Seconds{3});
}

TEST_CASE("a speed of 0 ran out of memory, and so does what lies towards it") {
  const std::string table =
      "{unit: steps/s, rows: [{batch: 32, value: 1}, {batch: 64, value: 0.4}, "
      "{batch: 128, value: 0}]}";
  CHECK(cost(made(table))->per_unit.base() == Approx(2.5));
  CHECK_FALSE(cost(made(table, "batch_size: 65")));
  CHECK_FALSE(cost(made(table, "batch_size: 128")));
  // A record that it ran wins over what the model of memory says.
  CHECK(cost(made(batches, "batch_size: 64, activation_bytes_per_sample: 1 T")));
}

TEST_CASE("a table with mistakes is refused") {
  CHECK_THAT(made("{unit: s/step}").mistakes,
             Catch::Contains("speeds are 'rows', written here, columns of a 'file'"));
  CHECK_THAT(made("{unit: s/step, rows: []}").mistakes, Catch::Contains("no speed is recorded"));
  CHECK_THAT(made("{unit: s/step, rows: [{value: 1}, {value: 2}]}").mistakes,
             Catch::Contains("stand above already"));
  CHECK_THAT(made("{unit: samples/s, rows: [{value: 1}]}").mistakes, Catch::Contains("add 'batch'"));
  CHECK_THAT(made("{unit: s/step, rows: [{value: -1}]}").mistakes, Catch::Contains("value"));
  CHECK_THAT(made("{unit: s/step, file: tests/data/speeds.csv, value: no_such}").mistakes,
             Catch::Contains("no_such"));
}

TEST_CASE("speeds are columns of a file, whose names for accelerators may be others") {
  const std::string file =
      "{file: tests/data/speeds.csv, accelerator: gpu, names: {volta: v100}, count: gpus, "
      "batch_per_accelerator: local_batch, value: step_s, unit: s/step, where: {model: small}}";
  CHECK(cost(made(file, "batch_size: 64, accelerators: 2"))->per_unit.base() == Approx(0.5));
  const auto mistakes = [](const std::string& where) {
    return made(
               "{file: tests/data/speeds.csv, accelerator: gpu, names: {volta: v100}, batch: local_batch, "
               "value: "
               "step_s, unit: s/step, where: {model: " +
               where + "}}")
        .mistakes;
  };
  CHECK_THAT(mistakes("twice"),
             Catch::Contains("speeds.csv:5: this accelerator, count and batch stand above"));
  CHECK_THAT(mistakes("gap"), Catch::Contains("speeds.csv:6"));
  CHECK_THAT(mistakes("words"), Catch::Contains("speeds.csv:7"));
  CHECK_THAT(mistakes("negative"), Catch::Contains("speeds.csv:8: 'step_s' is -1"));
  CHECK_THAT(mistakes("none"), Catch::Contains("no row is as 'where' says"));
}
