// A finished campaign, read from its folder: manifest.json, summary.json, trials.csv, incumbent.csv and
// segments.csv (the ledger, which ledger_file.hpp reads), and nothing else. A folder that is incomplete,
// edited or of another format is refused.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "analysis/bill/campaign_bill.hpp"
#include "analysis/finished_folder.hpp"

namespace campaign_sim {

class ResultsCsv;

// A number and where it comes from.
struct Sourced {
  std::string what;
  std::string value;
  std::string source;
};

struct FinishedCampaign {
  FinishedFolder folder;
  std::string resolved_scenario;              // YAML
  std::map<std::string, std::string> traces;  // key in the scenario, file in the folder
  BillOutcome outcome;
  std::string program;
  std::vector<Sourced> inputs;  // of the scenario: numbers, and whatever has a source

  // Lets `take` go through one of the CSV files, and then holds its checksum against the manifest's: what is
  // wrong with a row of a file that was edited is that it was edited. Throws ResultsError.
  void read(const std::string& file, const std::function<void(ResultsCsv&)>& take) const;
};

// Reads all but the ledger, and checks every other file's checksum. Throws ResultsError.
FinishedCampaign read_finished(const std::filesystem::path& folder);

}  // namespace campaign_sim
