// The files of one run, apart from the ledger's own: a function a file, which gives the file's checksum.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "analysis/bill/campaign_bill.hpp"
#include "sim/campaign/campaign.hpp"
#include "sim/ledger/node_totals.hpp"
#include "sim/ledger/timeline.hpp"
#include "sim/results/results_folder.hpp"
#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

std::string write_trials(const ResultsFolder& folder, const Scenario& scenario, const CampaignResult& result,
                         const CampaignBill& bill);
std::string write_incumbents(const ResultsFolder& folder, const Scenario& scenario,
                             const CampaignResult& result);
std::string write_power(const ResultsFolder& folder, const Scenario& scenario, const CampaignResult& result,
                        const Timeline& timeline);
std::string write_nodes(const ResultsFolder& folder, const Scenario& scenario, const NodeTotals& nodes);

// What each trial came to, of a run's folder or a bill's.
std::string write_bill_trials(const ResultsFolder& folder, const BillOutcome& outcome,
                              const CampaignBill& bill);

// The word for a trial's end in trials.csv.
std::string_view name(TrialStatus status);

// The traces that the campaign's rates came from, copied beside its results so that it can be billed again
// from its folder alone: the key in the scenario and the name of the copy.
std::map<std::string, std::string> write_traces(const ResultsFolder& folder, const Platform& platform);

}  // namespace campaign_sim
