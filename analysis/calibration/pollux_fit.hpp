// The constants of Pollux' throughput model from timed steps: those whose logarithm is nearest to that of the
// times, by least squares (Qiao et al. 2021, section 4.1).
#pragma once

#include <string>
#include <vector>

#include "analysis/calibration/step_times.hpp"
#include "sim/workload/pollux.hpp"

namespace campaign_sim::calibration {

struct PolluxFit {
  PolluxConstants constants;  // with the ranges that were timed
  std::vector<StepReading> readings;
  std::vector<double> fitted_s;  // of each reading
  double median_error = 0;       // shares of the time
  double largest_error = 0;
  std::size_t within_15_percent = 0;  // of the readings
};

// Throws LogError where the readings cannot tell computing from exchanging: none on one accelerator, or one
// number of samples only.
PolluxFit fit_pollux(std::vector<StepReading> readings);

// The `throughput` of a scenario's workload; in its head how well it fits. `logs`: their names.
std::string pollux_block(const PolluxFit& fit, const std::string& logs, const std::string& command);
// Every reading beside the fit, as analysis/plot_calibration.py draws it.
std::string pollux_readings_csv(const PolluxFit& fit);

}  // namespace campaign_sim::calibration
