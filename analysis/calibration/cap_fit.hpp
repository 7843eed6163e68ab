// What a power cap does to an accelerator, from trainings that ran under several caps each: the parameters of
// its CapResponse, by least squares.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/calibration/readings.hpp"
#include "sim/power/cap_response.hpp"

namespace campaign_sim::calibration {

// One training under a cap, against the same training without one.
struct CappedReading {
  std::string place;
  std::string work;
  double cap_w = 0;
  double uncapped_w = 0;  // its draw without a cap
  double watts = 0;
  double slowdown = 0;  // its time over that without a cap
  double fitted_watts = 0;
  double fitted_slowdown = 0;
};

// Mean and largest of |fitted / read - 1|.
struct RelativeError {
  double mean = 0;
  double largest = 0;
};

struct CapFit {
  CapResponse response;
  std::vector<CappedReading> readings;
  std::size_t works = 0;
  double lowest_cap_w = 0;
  double highest_cap_w = 0;  // below the uncapped one
  RelativeError time;
  RelativeError energy;
};

// The readings that say what a cap does: those of works that ran without one too, that is at or above
// `max_w`. Repeated ones are averaged.
std::vector<CappedReading> capped_readings(const std::vector<Reading>& readings, double max_w);

// Levenberg-Marquardt over log time and log draw. Nothing if there are fewer readings than twice the
// parameters.
std::optional<CapFit> fit_cap(std::vector<CappedReading> readings, double idle_w, double max_w);

// What the response says of the readings, put into them.
void apply(const CapResponse& response, std::vector<CappedReading>& readings, double idle_w, double max_w);

}  // namespace campaign_sim::calibration
