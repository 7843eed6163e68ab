#include "sim/results/bill_sink.hpp"

#include "sim/results/campaign_files.hpp"

namespace campaign_sim {

BillOutcome bill_outcome(const Scenario& scenario, const CampaignResult& result) {
  BillOutcome outcome;
  outcome.makespan_s = result.makespan.base();
  for (const TrialRecord& trial : result.trials) outcome.statuses.emplace_back(name(trial.status));
  if (result.incumbents.empty()) return outcome;
  outcome.first_metric = scenario.objective.metric_of_loss(result.incumbents.front().loss);
  outcome.best_metric = scenario.objective.metric_of_loss(result.incumbents.back().loss);
  outcome.best_trial = index(result.incumbents.back().trial);
  return outcome;
}

}  // namespace campaign_sim
