// The three tables of Zeus (github.com/ml-energy/zeus): trainings at power limits, windows of work, and watts
// over time.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <regex>

#include "analysis/calibration/layouts/layouts.hpp"

namespace campaign_sim::calibration {

namespace {

// A column per GPU: `0`, `gpu0`, `power0`, `gpu_0_power`. Their positions.
std::vector<std::size_t> gpu_columns(const LogTable& table, const char* pattern) {
  const std::regex form{pattern};
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < table.columns().size(); ++i)
    if (std::regex_match(table.columns()[i], form)) found.push_back(i);
  return found;
}

constexpr const char* power_of_gpu = "(gpu_?)?(power_?)?[0-9]+(_power)?(_w)?";
constexpr const char* energy_of_gpu = "gpu_?[0-9]+_energy";

// Zeus' optimiser names its windows after the limit it tries: …PowerLimitOptimizer_300.
std::optional<double> limit_in(const LogTable& table, std::size_t row, const std::string& window) {
  const auto at = window.find("PowerLimitOptimizer_");
  if (at == std::string::npos) return std::nullopt;
  const auto limit = number_in(window.substr(window.rfind('_') + 1));
  if (limit && !(*limit > 0 && std::isfinite(*limit)))
    table.fail(row, fmt::format("the window '{}' has no power limit of more than 0 W in its name", window));
  return limit;
}

}  // namespace

bool is_zeus_summary(const LogTable& table) {
  return table.find({"average_power"}) && table.find({"power_limit"});
}

Log read_zeus_summary(const LogTable& table, const ColumnNames&) {
  Log log;
  const std::size_t power = table.column({"average_power"}, "the mean draw");
  const std::size_t limit = table.column({"power_limit"}, "the power limit");
  const std::size_t seconds = table.column({"time_per_epoch"}, "the seconds of an epoch");
  const auto device = table.find({"gpu", "device"});
  if (device) log.device = only_name(table, *device, "the GPU");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Reading reading;
    reading.place = table.place(row);
    reading.watts = checked_watts(table, row, power);
    reading.cap_w = checked_limit(table, row, limit);
    reading.seconds = table.number(row, seconds, {"s"});
    if (!(*reading.seconds > 0)) table.fail(row, "'time_per_epoch' must be more than 0");
    for (const auto key : {"dataset", "network", "batch_size", "optimizer"})
      if (const auto column = table.find({key}))
        reading.work.append(reading.work.empty() ? "" : " ").append(table.text(row, *column));
    log.readings.push_back(std::move(reading));
  }
  return log;
}

bool is_zeus_windows(const LogTable& table) {
  return table.find({"elapsed_time"}) && table.find({"window_name"});
}

Log read_zeus_windows(const LogTable& table, const ColumnNames&) {
  Log log;
  const std::size_t start = table.column({"start_time"}, "when a window began");
  const std::size_t elapsed = table.column({"elapsed_time"}, "the seconds of a window");
  const std::size_t window = table.column({"window_name"}, "the name of a window");
  const auto gpus = gpu_columns(table, energy_of_gpu);
  if (gpus.empty())
    throw LogError{fmt::format("{}:1: no column for a GPU's joules, such as gpu0_energy; there are: {}",
                               table.file(), fmt::join(table.columns(), ", "))};
  Clock clock{table, start};
  for (std::size_t row = 0; row < table.rows(); ++row) {
    clock.tick(row, "");
    const double seconds = table.number(row, elapsed, {"s"});
    if (!(seconds > 0)) table.fail(row, "'elapsed_time' must be more than 0");
    const std::string name = table.text(row, window);
    for (const std::size_t gpu : gpus) {
      Reading reading;
      reading.place = table.place(row);
      reading.watts = table.number(row, gpu, {"j"}) / seconds;
      if (reading.watts < 0) table.fail(row, "a GPU's energy is negative");
      reading.cap_w = limit_in(table, row, name);
      if (reading.cap_w) {
        reading.work = fmt::format("{} of {}", table.columns()[gpu], table.file());
        reading.seconds = seconds;
      }
      log.readings.push_back(std::move(reading));
    }
  }
  return log;
}

bool is_zeus_monitor(const LogTable& table) {
  return table.find({"time"}) && !gpu_columns(table, power_of_gpu).empty();
}

Log read_zeus_monitor(const LogTable& table, const ColumnNames&) {
  Log log;
  const std::size_t time = table.column({"time"}, "the time");
  log.date = date_of(table, time);
  Clock clock{table, time};
  const auto gpus = gpu_columns(table, power_of_gpu);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    clock.tick(row, "");
    for (const std::size_t gpu : gpus) {
      Reading reading;
      reading.place = table.place(row);
      reading.watts = checked_watts(table, row, gpu);
      log.readings.push_back(std::move(reading));
    }
  }
  return log;
}

}  // namespace campaign_sim::calibration
