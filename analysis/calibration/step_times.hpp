// Timed steps of one training, from a table: on how many accelerators and nodes, with how many samples on
// each.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/calibration/log_table.hpp"

namespace campaign_sim::calibration {

struct StepReading {
  std::string place;  // file:line
  double nodes = 1;
  double accelerators = 1;           // together
  double batch_per_accelerator = 1;  // samples
  double seconds = 0;                // of a step, exchanges included
};

// Columns: the step's time, or steps/s, or samples/s; accelerators and the nodes they are on, or a placement
// (`112`: a digit a node); the batch, or that of one accelerator. Throws LogError for what is missing, and
// for what cannot be: more nodes than accelerators, a step of no time.
std::vector<StepReading> read_step_times(const std::filesystem::path& file);

}  // namespace campaign_sim::calibration
