// From logs to what can be said of a machine: its draw at rest, its power curve, what a cap does to it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/calibration/cap_fit.hpp"
#include "analysis/calibration/power_fit.hpp"
#include "analysis/calibration/readings.hpp"

namespace campaign_sim::calibration {

// What is known of the machine before: its catalogue entry.
struct Machine {
  std::string name;
  double idle_w = 0;
  double max_w = 0;
  std::map<std::string, double> peak;     // FLOP/s by precision
  std::map<std::string, double> draws_w;  // of phases in which nothing computes, by their key
  CapResponse cap_response = {};
};

// Where the draw at rest comes from.
enum class Rest : std::uint8_t {
  read,          // lines at utilisation 0
  lowest_draws,  // the lowest twentieth of a log without utilisation: an upper bound if it never rested
  catalogue,     // no line tells
};

struct Calibration {
  double idle_w = 0;
  Rest rest = Rest::catalogue;
  std::vector<Reading> readings;  // of all logs; with utilisation where it is known
  std::optional<PowerFit> power;
  std::optional<CapFit> cap;
  std::string no_power;  // why there is no curve
  std::string no_cap;    // and no response to caps
};

// Throws LogError for what cannot be: another GPU in a second log, more watts than the machine can draw,
// a precision it has no peak of.
Calibration calibrate(const std::vector<Log>& logs, const Machine& machine);

}  // namespace campaign_sim::calibration
