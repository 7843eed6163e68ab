// A finished campaign, read from its folder: manifest.json, summary.json, trials.csv, incumbent.csv and
// segments.csv, and nothing else. A folder that is incomplete, edited or of another format is refused.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "analysis/bill/campaign_bill.hpp"

namespace campaign_sim {

// What is wrong with a results folder, and the fix.
class ResultsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline constexpr int results_format = 1;  // of the manifest; raised when a file's meaning changes

// A number and where it comes from.
struct Sourced {
  std::string what;
  std::string value;
  std::string source;
};

struct FinishedCampaign {
  std::filesystem::path folder;
  std::string resolved_scenario;              // YAML
  std::map<std::string, std::string> traces;  // key in the scenario, file in the folder
  BillOutcome outcome;
  std::string program;
  std::vector<Sourced> inputs;  // of the scenario: numbers, and whatever has a source
};

// Reads all but the ledger, and checks every file's checksum. Throws ResultsError.
FinishedCampaign read_finished(const std::filesystem::path& folder);

// The rows of segments.csv, in order. `clusters` are the names in the order of the platform. Throws
// ResultsError.
void read_ledger(const std::filesystem::path& folder, const std::vector<std::string>& clusters,
                 const std::function<void(const UseRow&)>& take);

}  // namespace campaign_sim
