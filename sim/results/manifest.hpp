// manifest.json: what made the results, and what they are.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/campaign/campaign.hpp"
#include "sim/results/results_folder.hpp"
#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

struct Origin {
  std::string command;  // what remakes the results
  std::string version;  // of this program
  std::string engine;   // that simulated, with its version
};

using FileSums = std::vector<std::pair<std::string, std::string>>;  // name and checksum, in order

// The resolved scenario, its origin, every input with its source, and the checksum of each file; `traces`
// as write_traces() gave them. Throws OutputError.
void write_manifest(const ResultsFolder& folder, const Scenario& scenario, const CampaignResult& result,
                    const Origin& origin, const FileSums& sums,
                    const std::map<std::string, std::string>& traces);

}  // namespace campaign_sim
