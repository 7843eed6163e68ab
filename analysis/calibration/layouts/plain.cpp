// Any table of time, watts and perhaps utilisation.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/calibration/layouts/layouts.hpp"

namespace campaign_sim::calibration {

namespace {

// One column cannot be two things.
void expect_apart(const LogTable& table, const std::vector<std::optional<std::size_t>>& columns) {
  for (auto one = columns.begin(); one != columns.end(); ++one)
    if (*one && std::find(columns.begin(), one, *one) != one)
      throw LogError{fmt::format("{}:1: the column '{}' is taken for two things; name another", table.file(),
                                 table.columns()[**one])};
}

}  // namespace

bool is_plain(const LogTable&) { return true; }

Log read_plain(const LogTable& table, const ColumnNames& columns) {
  Log log;
  const std::size_t time = columns.time.empty()
                               ? table.column({"time", "time_s", "timestamp", "t", "t_s", "seconds", "date"},
                                              "the time (--time names it)")
                               : table.named(columns.time);
  const std::size_t power = columns.power.empty()
                                ? table.column({"watts", "power_w", "power", "w", "power_watts", "gpu_power",
                                                "average_power", "power_mw"},
                                               "the draw (--power names it)")
                                : table.named(columns.power);
  std::optional<std::size_t> utilisation =
      columns.utilisation.empty()
          ? table.find({"utilisation", "utilization", "util", "load", "cpu_load", "gpu_utilization",
                        "utilisation_percent", "utilization_percent"})
          : std::optional{table.named(columns.utilisation)};
  const auto accelerators = columns.accelerators.empty()
                                ? table.find({"accelerator_watts", "accelerators_w", "gpu_watts", "gpus_w"})
                                : std::optional{table.named(columns.accelerators)};
  const auto limit = table.find({"power_limit", "power_limit_w", "cap", "cap_w"});
  expect_apart(table, {time, power, utilisation, accelerators, limit});
  const bool percent = utilisation && in_percent(table, *utilisation);
  log.date = date_of(table, time);
  Clock clock{table, time};
  for (std::size_t row = 0; row < table.rows(); ++row) {
    clock.tick(row, "");
    Reading reading;
    reading.place = table.place(row);
    reading.watts = checked_watts(table, row, power);
    if (utilisation) reading.utilisation = checked_utilisation(table, row, *utilisation, percent);
    if (accelerators) reading.accelerators_w = checked_watts(table, row, *accelerators);
    if (limit && !table.is_gap(row, *limit)) reading.cap_w = checked_limit(table, row, *limit);
    log.readings.push_back(std::move(reading));
  }
  return log;
}

}  // namespace campaign_sim::calibration
