// Listens to a running campaign, and leaves the files it becomes.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "sim/campaign/campaign.hpp"
#include "sim/ledger/node_totals.hpp"
#include "sim/ledger/timeline.hpp"
#include "sim/ledger/totals.hpp"
#include "sim/results/bill_sink.hpp"
#include "sim/results/manifest.hpp"
#include "sim/results/results_folder.hpp"
#include "sim/results/segments_csv.hpp"
#include "sim/results/trace_file.hpp"
#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

// What is written beside summary.json and manifest.json.
struct RecordedFiles {
  bool tables = true;  // the CSVs and the bill
  bool curve = false;  // incumbent.csv even without the tables
  bool trace = false;  // trace.json
};

// Both the scenario and the folder outlive it.
class Recorder {
 public:
  // Throws OutputError if a file that is written while the campaign runs cannot be made.
  Recorder(const Scenario& scenario, ResultsFolder& folder, RecordedFiles files);
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  const std::vector<LedgerSink*>& sinks() const { return sinks_; }

  // Writes everything and commits the folder; returns what is in summary.json. `uncertainty` is the summary
  // of the runs over the inputs' ranges (uncertainty.csv is in the folder already), null without any. Once.
  // Throws OutputError.
  nlohmann::ordered_json finish(const CampaignResult& result, const nlohmann::ordered_json& uncertainty,
                                const Origin& origin);

 private:
  void write_tables(const CampaignResult& result, const BillOutcome& outcome, const CampaignBill& bill,
                    FileSums& sums);

  const Scenario& scenario_;
  ResultsFolder& folder_;
  RecordedFiles files_;
  Totals totals_;
  Timeline timeline_;
  NodeTotals nodes_;
  BillTerms terms_;
  BillSink bill_;
  std::optional<SegmentsCsv> segments_;
  std::optional<TraceFile> trace_;
  std::vector<LedgerSink*> sinks_;
};

}  // namespace campaign_sim
