// emissions.csv. Its `gpu_power` is the last sample, so the draw is the energy over the duration, and the
// energy that of all GPUs together.
#include "analysis/calibration/layouts/layouts.hpp"
#include "sim/core/units.hpp"

namespace campaign_sim::calibration {

bool is_codecarbon(const LogTable& table) {
  return table.find({"emissions_rate"}).has_value() || table.find({"codecarbon_version"}).has_value();
}

Log read_codecarbon(const LogTable& table, const ColumnNames&) {
  Log log;
  const std::size_t duration = table.column({"duration"}, "the seconds of a run");
  const std::size_t energy = table.column({"gpu_energy"}, "the GPUs' kWh");
  const std::size_t count = table.column({"gpu_count"}, "the number of GPUs");
  const auto name = table.find({"gpu_model"});
  const auto time = table.find({"timestamp"});
  const auto utilisation = table.find({"gpu_utilization_percent"});
  if (name) log.device = only_name(table, *name, "the GPU");
  std::optional<Clock> clock;
  if (time) {
    log.date = date_of(table, *time);
    clock.emplace(table, *time);
  }
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (clock) clock->tick(row, "");
    const double seconds = table.number(row, duration, {"s"});
    const double kwh = table.number(row, energy, {"kwh"});
    const double gpus = table.number(row, count);
    if (!(seconds > 0)) table.fail(row, "'duration' must be more than 0");
    if (!(gpus >= 1)) table.fail(row, "'gpu_count' must be at least 1 (this run had no GPU to meter)");
    if (kwh < 0) table.fail(row, "'gpu_energy' is negative");
    Reading reading;
    reading.place = table.place(row);
    reading.watts = kwh * joules_per_kwh / seconds / gpus;
    if (utilisation && !table.is_gap(row, *utilisation))
      reading.utilisation = checked_utilisation(table, row, *utilisation, true);
    log.readings.push_back(std::move(reading));
  }
  return log;
}

}  // namespace campaign_sim::calibration
