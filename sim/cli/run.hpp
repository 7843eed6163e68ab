// campaign-sim run SCENARIO: simulate, write the results, print the summary.
#pragma once

#include <cstdint>
#include <string>

#include "sim/cli/scenario_options.hpp"

namespace campaign_sim {

struct RunOptions : ScenarioOptions {
  std::string out;  // empty: results/<scenario name>
  bool quiet = false;
  bool force = false;
  bool only_summary = false;
  bool trace = false;
  bool curve = false;         // with `only_summary`: incumbent.csv as well
  std::uint64_t samples = 0;  // over the ranges of the scenario's inputs, if it has any
  std::uint64_t jobs = 0;     // of the samples at the same time; 0: one per processor
};

// Returns the exit status. Once a process: SimGrid has one engine.
int run(const RunOptions& options);

}  // namespace campaign_sim
