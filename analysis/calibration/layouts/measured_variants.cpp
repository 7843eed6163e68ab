// variants.csv of analysis/measure_gpu.py: a line is a variant that trained for a while, or the GPU at rest.
#include <fmt/format.h>

#include "analysis/calibration/layouts/layouts.hpp"

namespace campaign_sim::calibration {

bool is_measured_variants(const LogTable& table) {
  return table.find({"flops_per_s"}) && table.find({"step_time_s"}) && table.find({"watts"});
}

Log read_measured_variants(const LogTable& table, const ColumnNames&) {
  Log log;
  const std::size_t power = table.column({"watts"}, "the mean draw");
  const std::size_t rate = table.column({"flops_per_s"}, "the sustained FLOP/s");
  const std::size_t step = table.column({"step_time_s"}, "the seconds of a step");
  const std::size_t variant = table.column({"variant"}, "the variant");
  const std::size_t precision = table.column({"precision"}, "the precision");
  const std::size_t time = table.column({"start_time"}, "when a variant began");
  const auto limit = table.find({"power_limit_w"});
  if (const auto gpu = table.find({"gpu"})) log.device = only_name(table, *gpu, "the GPU");
  log.date = date_of(table, time);
  Clock clock{table, time};
  for (std::size_t row = 0; row < table.rows(); ++row) {
    clock.tick(row, "");
    Reading reading;
    reading.place = table.place(row);
    reading.watts = checked_watts(table, row, power);
    if (limit && !table.is_gap(row, *limit)) reading.cap_w = checked_limit(table, row, *limit);
    if (table.is_gap(row, step)) {
      reading.utilisation = 0;  // at rest
    } else {
      reading.work = table.text(row, variant);
      reading.seconds = table.number(row, step, {"s"});
      reading.flops = table.number(row, rate);
      reading.precision = table.text(row, precision);
      if (!(*reading.seconds > 0) || !(*reading.flops >= 0))
        table.fail(row, "'step_time_s' must be more than 0 and 'flops_per_s' at least 0");
    }
    log.readings.push_back(std::move(reading));
  }
  return log;
}

}  // namespace campaign_sim::calibration
