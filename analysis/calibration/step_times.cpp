#include "analysis/calibration/step_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace campaign_sim::calibration {

namespace {

using Column = std::optional<std::size_t>;

struct Columns {
  Column placement, nodes, accelerators;
  Column share, batch;                  // one of them
  Column seconds, steps_rate, samples;  // one of them
};

Columns columns_of(const LogTable& table) {
  Columns c;
  c.placement = table.find({"placement"});
  if (!c.placement) {
    c.accelerators = table.column({"accelerators", "gpus", "num_gpus", "num_replicas", "replicas", "count"},
                                  "on how many accelerators a step ran");
    c.nodes = table.column({"nodes", "num_nodes"}, "on how many nodes they are");
  }
  c.share = table.find({"batch_per_accelerator", "local_batch", "local_batch_size", "local_bsz",
                        "batch_per_gpu", "per_device_batch_size"});
  if (!c.share)
    c.batch = table.column({"batch", "batch_size", "global_batch_size"},
                           "the batch (batch_per_accelerator: that of one)");
  c.seconds = table.find({"step_time", "step_time_s", "step_s", "s_per_step", "seconds_per_step"});
  c.steps_rate = c.seconds ? std::nullopt : table.find({"steps_per_s", "steps_per_second", "steps/s"});
  if (!c.seconds && !c.steps_rate)
    c.samples = table.column({"samples_per_s", "samples_per_second", "samples/s", "throughput"},
                             "how long a step takes (step_time in seconds, steps_per_s, or samples_per_s)");
  return c;
}

double positive(const LogTable& table, std::size_t row, std::size_t column,
                std::initializer_list<std::string_view> units = {}) {
  const double value = table.number(row, column, units);
  if (!std::isfinite(value) || value <= 0)
    table.fail(row, fmt::format("'{}' is {:g} (it must be more than 0)", table.columns()[column], value));
  return value;
}

double whole(const LogTable& table, std::size_t row, std::size_t column) {
  const double value = positive(table, row, column);
  if (value != std::floor(value))
    table.fail(row, fmt::format("'{}' is {:g} (it must be whole)", table.columns()[column], value));
  return value;
}

void place(StepReading& reading, const LogTable& table, std::size_t row, const Columns& c) {
  if (!c.placement) {
    reading.accelerators = whole(table, row, *c.accelerators);
    reading.nodes = whole(table, row, *c.nodes);
    if (reading.nodes > reading.accelerators)
      table.fail(row, fmt::format("{:g} accelerators on {:g} nodes (each has at least one)",
                                  reading.accelerators, reading.nodes));
    return;
  }
  const std::string digits = table.text(row, *c.placement);
  if (digits.empty() || digits.find_first_not_of("123456789") != std::string::npos)
    table.fail(row, fmt::format("placement '{}' (a digit a node, how many accelerators of it: 112)", digits));
  reading.nodes = static_cast<double>(digits.size());
  reading.accelerators = 0;
  for (const char digit : digits) reading.accelerators += digit - '0';
}

}  // namespace

std::vector<StepReading> read_step_times(const std::filesystem::path& file) {
  const LogTable table = LogTable::load(file);
  const Columns c = columns_of(table);
  std::vector<StepReading> readings;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    StepReading reading;
    reading.place = table.place(row);
    place(reading, table, row, c);
    reading.batch_per_accelerator =
        c.share ? positive(table, row, *c.share) : positive(table, row, *c.batch) / reading.accelerators;
    if (c.seconds)
      reading.seconds = positive(table, row, *c.seconds, {"s"});
    else if (c.steps_rate)
      reading.seconds = 1 / positive(table, row, *c.steps_rate);
    else
      reading.seconds =
          reading.batch_per_accelerator * reading.accelerators / positive(table, row, *c.samples);
    readings.push_back(std::move(reading));
  }
  return readings;
}

}  // namespace campaign_sim::calibration
