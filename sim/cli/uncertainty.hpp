// Runs a scenario over the ranges of its inputs, before it is run as it stands.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/cli/run.hpp"

namespace campaign_sim {

struct UncertaintyRun {
  int status = 0;                  // 4: some samples failed, 130: interrupted
  nlohmann::ordered_json summary;  // sim/comparison/uncertainty.hpp; null where nothing was asked for
};

// Simulates options.samples draws in processes of their own: SimGrid has one engine a process, and this one's
// is still to come. `scratch` is a folder that may be filled and is gone in the end; `csv` is where the
// samples are listed, nowhere if empty.
UncertaintyRun run_over_ranges(const RunOptions& options, const Scenario& scenario,
                               const std::filesystem::path& scratch, const std::filesystem::path& csv);

// The lines of it in the summary's table.
std::string uncertainty_table(const nlohmann::ordered_json& summary);

}  // namespace campaign_sim
