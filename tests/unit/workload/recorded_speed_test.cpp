// Interpolation between measured speeds, on tables that somebody measured: every other batch is left out, and
// compared with what its neighbours say. docs/models.md prints what comes out.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <vector>

#include "sim/config/csv.hpp"
#include "sim/workload/throughput_table.hpp"
#include "tests/support/shared_data.hpp"

using namespace campaign_sim;

namespace {

using Batches = std::map<double, double>;       // seconds of a step
using Series = std::map<std::string, Batches>;  // one for each machine and model

std::vector<double> errors_of_left_out(const Series& series) {
  std::vector<double> errors;
  for (const auto& [name, batches] : series) {
    ThroughputTable table;
    std::size_t i = 0;
    for (const auto& [batch, seconds] : batches)
      if (i++ % 2 == 0) table.add(name, 1, batch, Seconds{seconds});
    i = 0;
    Device device;
    device.name = name;
    for (const auto& [batch, seconds] : batches)
      if (const TimedStep step{1, batch}; i++ % 2 == 1 && table.gap(step, device).empty())
        errors.push_back(std::abs(table.step_time(step, device)->base() / seconds - 1));
  }
  std::ranges::sort(errors);
  return errors;
}

double share_within(const std::vector<double>& errors, double tolerance) {
  return static_cast<double>(std::ranges::upper_bound(errors, tolerance) - errors.begin()) /
         static_cast<double>(errors.size());
}

}  // namespace

TEST_CASE("Pollux' step times: 94 % of the left-out batches come out within 15 %") {
  for (const std::string model : {"cifar10", "imagenet", "ncf", "yolov3"}) {
    const auto file = testing::shared_file("data/pollux-throughput/" + model + "/placements.csv");
    if (!file) return;
    const CsvTable table = CsvTable::load(*file);
    Series series;
    for (std::size_t row = 0; row < table.rows(); ++row)
      series[table.cell(row, table.column("placement"))][table.number(row, table.column("local_bsz"))] =
          table.number(row, table.column("step_time"));
    const std::vector<double> errors = errors_of_left_out(series);
    CAPTURE(model, errors.size(), errors.back());
    CHECK(errors.size() > 200);
    CHECK(errors[errors.size() / 2] < 0.08);
    CHECK(share_within(errors, 0.15) > 0.92);
  }
}

TEST_CASE("Gavel's speeds: powers of two apart, 80 % of the left-out batches come out within 15 %") {
  const auto file = testing::shared_file("data/gavel-throughputs/simulation_throughputs_isolated.csv");
  if (!file) return;
  const CsvTable table = CsvTable::load(*file);
  Series series;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string job = table.cell(row, table.column("job_type"));  // "ResNet-18 (batch size 16)"
    const std::size_t at = job.find(" (batch size ");
    const double speed = table.number(row, table.column("steps_per_s"));
    if (at == std::string::npos || speed == 0) continue;  // no batch, or out of memory
    const double batch = std::stod(job.substr(at + 13));
    series[table.cell(row, table.column("gpu_type")) + " " + table.cell(row, table.column("scale_factor")) +
           " " + job.substr(0, at)][batch] = 1 / speed;
  }
  const std::vector<double> errors = errors_of_left_out(series);
  CAPTURE(errors.size(), errors.back());
  CHECK(errors.size() > 100);
  CHECK(errors[errors.size() / 2] < 0.10);
  CHECK(share_within(errors, 0.15) > 0.75);
}
