#include <algorithm>

#include "analysis/calibration/layouts/layouts.hpp"

namespace campaign_sim::calibration {

namespace {

bool all_gaps(const LogTable& table, std::size_t column) {
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (!table.is_gap(row, column)) return false;
  return true;
}

}  // namespace

bool is_nvidia_smi(const LogTable& table) {
  return std::ranges::any_of(table.columns(), [](const std::string& name) {
    return name.starts_with("power.draw") || name.starts_with("utilization.gpu") || name == "pstate" ||
           name.starts_with("power.limit") || name == "enforced.power.limit" ||
           name.starts_with("memory.used");
  });
}

Log read_nvidia_smi(const LogTable& table, const ColumnNames&) {
  Log log;
  const std::size_t power = table.column({"power.draw.instant", "power.draw", "power.draw.average"},
                                         "the draw: --query-gpu=timestamp,name,power.draw,utilization.gpu");
  const auto utilisation = table.find({"utilization.gpu"});
  const bool metered = utilisation && !all_gaps(table, *utilisation);  // a GPU cut into slices has none
  const auto limit = table.find({"enforced.power.limit", "power.limit"});
  const auto name = table.find({"name", "gpu_name"});
  const auto device = table.find({"uuid", "gpu_uuid", "index", "pci.bus_id", "gpu_bus_id"});
  const auto time = table.find({"timestamp"});
  if (name) log.device = only_name(table, *name, "the GPU");
  std::optional<Clock> clock;
  if (time) {
    log.date = date_of(table, *time);
    clock.emplace(table, *time);
  }
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (clock) clock->tick(row, device ? table.text(row, *device) : "");
    Reading reading;
    reading.place = table.place(row);
    reading.watts = checked_watts(table, row, power);
    if (metered) reading.utilisation = checked_utilisation(table, row, *utilisation, true);
    if (limit && !table.is_gap(row, *limit)) reading.cap_w = checked_limit(table, row, *limit);
    log.readings.push_back(std::move(reading));
  }
  return log;
}

}  // namespace campaign_sim::calibration
