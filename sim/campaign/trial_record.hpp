// What is kept of one trial: a row of trials.csv.
#pragma once

#include <cstdint>
#include <limits>

#include "sim/core/space.hpp"
#include "sim/core/trial.hpp"
#include "sim/core/units.hpp"

namespace campaign_sim {

struct TrialRecord {
  Configuration configuration;
  TrialStatus status = TrialStatus::running;
  Resource resource = 0;          // how far the model is
  Resource trained_resource = 0;  // how much was trained: more, if it ever began again from nothing
  double loss = std::numeric_limits<double>::quiet_NaN();       // at `resource`; none before the first report
  double best_loss = std::numeric_limits<double>::quiet_NaN();  // of all reports
  double loss_shift = 0;  // weights taken from another trial: added to its own curve
  Seconds start{-1.0};    // first held accelerators; negative: never
  Seconds end;            // last let them go
  Seconds held;           // time on accelerators
  Seconds accelerator_time;
  Joules energy;                    // with its share of the nodes
  std::uint32_t interruptions = 0;  // by failures of its machines
  std::uint32_t cluster = 0;        // where it last held accelerators
};

}  // namespace campaign_sim
