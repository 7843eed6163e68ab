// What a power cap does to an accelerator, from trainings that ran under several caps each: the parameters of
// its CapResponse, and how bursty each training is, by least squares.
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

// One training: `workload.bursts` of a scenario.
struct BurstFit {
  std::string work;
  double uncapped_w = 0;
  Bursts bursts;
};

struct CapFit {
  bool response_fitted = false;  // else it is the one that was given: too few readings for both
  CapResponse response;
  std::vector<BurstFit> bursts;
  std::vector<CappedReading> readings;  // with what is fitted
  double lowest_cap_w = 0;
  double highest_cap_w = 0;  // below the uncapped one
  RelativeError time;        // given each training's bursts
  RelativeError energy;
  RelativeError time_by_draw;  // given its draw alone
  RelativeError energy_by_draw;
};

// The readings that say what a cap does: those of works that ran without one too, that is at or above
// `max_w`. Repeated ones are averaged. Those of one work stand together.
std::vector<CappedReading> capped_readings(const std::vector<Reading>& readings, double max_w);

// Least squares over log time and log draw, in which a reading further off than its meter can be counts less
// (Huber 1964): the response and the bursts together from ten readings on, else the bursts under `known`.
// Nothing if there is no reading, or none above what `known` draws at any clock.
std::optional<CapFit> fit_cap(std::vector<CappedReading> readings, const CapResponse& known, double idle_w,
                              double max_w);

}  // namespace campaign_sim::calibration
