#include "sim/results/summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "analysis/bill/bill.hpp"
#include "analysis/bill/equivalences.hpp"
#include "sim/campaign/segment_plan.hpp"

namespace campaign_sim {

namespace {

using Json = nlohmann::ordered_json;

Json number_or_null(double number) { return std::isfinite(number) ? Json(number) : Json(nullptr); }

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

// Of which kind the grids' intensities are: two figures of different kinds are not comparable.
std::string co2e_basis(const Platform& platform) {
  std::string text;
  for (const ClusterSpec& cluster : platform.clusters) {
    const std::string one = describe(cluster.site.kind);
    if (text.find(one) == std::string::npos) text += (text.empty() ? "" : "; ") + one;
  }
  return text;
}

// All clusters together.
ClusterBill total_of(const CampaignBill& bill) {
  ClusterBill total;
  for (const ClusterBill& cluster : bill.clusters) {
    total.accrued += cluster.accrued;
    total.held += cluster.held;
  }
  return total;
}

std::optional<TrialId> best_trial(const CampaignResult& result) {
  if (result.incumbents.empty()) return std::nullopt;
  return result.incumbents.back().trial;
}

std::uint64_t count(const CampaignResult& result, TrialStatus status) {
  return static_cast<std::uint64_t>(std::ranges::count(result.trials, status, &TrialRecord::status));
}

// IT energy by what became of the trial that drew it: what was kept, and what it took to find it.
struct ByFate {
  Joules best;
  Joules completed;
  Joules stopped;
  Joules failed;
};

ByFate by_fate(const CampaignResult& result, std::optional<TrialId> best) {
  ByFate fate;
  for (std::uint32_t i = 0; i < result.trials.size(); ++i) {
    const TrialRecord& trial = result.trials[i];
    if (best && index(*best) == i)
      fate.best += trial.energy;
    else if (trial.status == TrialStatus::completed)
      fate.completed += trial.energy;
    else if (trial.status == TrialStatus::failed)
      fate.failed += trial.energy;
    else
      fate.stopped += trial.energy;
  }
  return fate;
}

// One training of the final model, which is the best configuration, where that was trained. Where nothing was
// measured to choose by, it is the average one: what a unit of resource took over all trials.
std::optional<Joules> energy_of_final_training(const Scenario& scenario, const CampaignResult& result,
                                               std::optional<TrialId> best, Resource trained) {
  const Resource final_resource = scenario.accounting.final_training;
  if (best) {
    const TrialRecord& trial = result.trials[index(*best)];
    const auto one = one_training(scenario, trial.configuration, trial.cluster, final_resource);
    return one ? std::optional{one->energy} : std::nullopt;
  }
  if (trained <= 0) return std::nullopt;
  Joules energy;
  for (const TrialRecord& trial : result.trials) energy += trial.energy;
  return energy * (final_resource / trained);
}

// How many of the numbers behind the result are somebody's measurement, and how many a guess: those of the
// machines, the workload and the bill. What there is to choose from, and how, is the user's question. A
// default that nobody gave is a guess of ours.
std::uint64_t count_inputs(const Scenario& scenario, Mark mark) {
  return static_cast<std::uint64_t>(std::ranges::count_if(scenario.inputs, [&](const Input& input) {
    const bool asked = input.path.starts_with("space.") || input.path.starts_with("search.") ||
                       input.path.starts_with("stop.") || input.path == "seed" ||
                       input.path.find(".seed.") != std::string::npos;
    const Mark certainty = input.is_default && input.mark == Mark::unmarked ? Mark::assumed : input.mark;
    return certainty == mark && input.is_number && !asked;
  }));
}

// What the rows of all clusters add up to.
struct Sums {
  std::array<Joules, cause_names.size()> energy_of{};
  std::array<Seconds, cause_names.size()> time_of{};  // of accelerators
  Seconds available;
  Seconds busy;
  Resource trained = 0;

  Joules energy(Cause cause) const { return energy_of[static_cast<std::size_t>(cause)]; }
  Seconds time(Cause cause) const { return time_of[static_cast<std::size_t>(cause)]; }
};

Sums sums_of(const Scenario& scenario, const CampaignResult& result, const Totals& totals) {
  Sums sums;
  for (std::size_t i = 0; i < totals.clusters().size(); ++i) {
    const ClusterTotals& used = totals.clusters()[i];
    sums.available += static_cast<double>(scenario.platform.clusters[i].accelerators()) * result.makespan;
    for (std::size_t i_cause = 0; i_cause < cause_names.size(); ++i_cause) {
      const auto cause = static_cast<Cause>(i_cause);
      sums.energy_of[i_cause] += used.energy(cause);
      sums.time_of[i_cause] += used.accelerator_time(cause);
      if (cause != Cause::idle && cause != Cause::off) sums.busy += used.accelerator_time(cause);
    }
  }
  for (const TrialRecord& trial : result.trials) sums.trained += trial.trained_resource;
  return sums;
}

// The share of the time that trials held accelerators, or waited for others after a failure, in which they
// got further.
double effective_time(const Sums& sums, Seconds waited) {
  return (sums.time(Cause::train) + sums.time(Cause::communicate)) / (sums.busy + waited);
}

void add_what_ran(Json& summary, const Scenario& scenario, const CampaignResult& result) {
  summary["scenario"] = scenario.name;
  summary["seed"] = scenario.seed;
  summary["strategy"] = scenario.strategy_name;
  summary["strategy_variant"] = text_or_null(scenario.strategy_variant);
  summary["sampler"] = text_or_null(scenario.sampler_name);
  summary["workload"] = scenario.workload_name;
  summary["platform"] = scenario.platform.name;
  summary["ended_by"] = result.ended_by;
  summary["partial"] = result.partial();
}

void add_trials(Json& summary, const Scenario& scenario, const CampaignResult& result, const Sums& sums) {
  summary["trials_started"] = result.trials.size();
  summary["trials_completed"] = count(result, TrialStatus::completed);
  summary["trials_stopped"] = count(result, TrialStatus::stopped);
  summary["trials_failed"] = count(result, TrialStatus::failed);
  summary["segments"] = result.segments;
  summary["resource_unit"] = scenario.resource.unit;
  summary["resource_total"] = sums.trained;
}

void add_time(Json& summary, const Scenario& scenario, const CampaignResult& result, const Sums& sums) {
  summary["makespan_s"] = result.makespan.base();
  summary["accelerators"] = scenario.platform.accelerators();
  summary["accelerator_h_available"] = hours(sums.available);
  summary["accelerator_h_busy"] = hours(sums.busy);
  summary["checkpoints"] = result.checkpoints;
  summary["node_failures"] = result.node_failures;
  summary["interruptions"] = result.interruptions;
  for (const Cause cause : {Cause::train, Cause::checkpoint, Cause::restore, Cause::lost})
    summary["accelerator_h_" + std::string{name(cause)}] = hours(sums.time(cause));
  summary["accelerator_h_waited"] = hours(result.waited);
  summary["effective_time"] = number_or_null(effective_time(sums, result.waited));
}

void add_energy(Json& summary, const CampaignResult& result, const Sums& sums, const ClusterBill& spent) {
  summary["energy_it_kwh"] = kwh(spent.accrued.it);
  summary["energy_facility_kwh"] = kwh(spent.accrued.facility);
  for (const Cause cause :
       {Cause::train, Cause::load, Cause::checkpoint, Cause::restore, Cause::lost, Cause::idle})
    summary["energy_" + std::string{name(cause)} + "_kwh"] = kwh(sums.energy(cause));
  const ByFate fate = by_fate(result, best_trial(result));
  summary["energy_best_trial_kwh"] = kwh(fate.best);
  summary["energy_other_completed_kwh"] = kwh(fate.completed);
  summary["energy_stopped_kwh"] = kwh(fate.stopped);
  summary["energy_failed_kwh"] = kwh(fate.failed);
  summary["energy_overhead_kwh"] = kwh(spent.accrued.facility - spent.accrued.it);
}

void add_bill(Json& summary, const Scenario& scenario, const CampaignBill& bill, const ClusterBill& spent) {
  summary["co2e_operational_kg"] = spent.accrued.co2e.base();
  summary["co2e_basis"] = co2e_basis(scenario.platform);
  summary["co2e_embodied_kg"] = bill.counts_embodied ? Json(spent.held.embodied.base()) : Json();
  summary["cost_electricity"] = spent.accrued.electricity.base();
  summary["cost_accelerators"] = spent.held.hire.base();
  summary["cost_storage"] = bill.storage.base();
  summary["currency"] = scenario.accounting.currency;
}

void add_best(Json& summary, const Scenario& scenario, const CampaignResult& result) {
  const auto best = best_trial(result);
  summary["objective"] = scenario.objective.metric;
  summary["objective_direction"] =
      scenario.objective.direction == Direction::minimise ? "minimise" : "maximise";
  summary["best_metric"] =
      best ? number_or_null(scenario.objective.metric_of_loss(result.incumbents.back().loss)) : Json();
  summary["metric_basis"] = scenario.workload->metric_basis();
  summary["best_trial"] = best ? Json(index(*best)) : Json();
}

// What the search comes to in trainings, and in what people know.
void add_comparisons(Json& summary, const Scenario& scenario, const CampaignResult& result, const Sums& sums,
                     const ClusterBill& spent) {
  summary["final_training_resource"] = scenario.accounting.final_training;
  const std::optional<Joules> final_training =
      energy_of_final_training(scenario, result, best_trial(result), sums.trained);
  summary["final_training_energy_kwh"] = final_training ? Json(kwh(*final_training)) : Json();
  summary["trainings_equivalent"] = final_training && final_training->base() > 0
                                        ? Json(trainings_equivalent(spent.accrued.it, *final_training))
                                        : Json();
  for (const Equivalence& equivalence : equivalences())
    summary["equals_" + std::string{equivalence.name}] =
        count(equivalence, spent.accrued.co2e, spent.accrued.facility);
}

void add_trust(Json& summary, const Scenario& scenario, const CampaignResult& result) {
  summary["inputs_measured"] = count_inputs(scenario, Mark::measured);
  summary["inputs_datasheet"] = count_inputs(scenario, Mark::datasheet);
  summary["inputs_published"] = count_inputs(scenario, Mark::published);
  summary["inputs_assumed"] = count_inputs(scenario, Mark::assumed);
  summary["inputs_calibrated"] = count_inputs(scenario, Mark::calibrated);
  summary["inputs_unmarked"] = count_inputs(scenario, Mark::unmarked);
  summary["ledger_energy_error"] = result.closure.energy_error;
  summary["ledger_time_error"] = result.closure.time_error;
}

}  // namespace

Json summarise(const Scenario& scenario, const CampaignResult& result, const Totals& totals,
               const CampaignBill& bill) {
  const ClusterBill spent = total_of(bill);
  const Sums sums = sums_of(scenario, result, totals);
  Json summary;
  add_what_ran(summary, scenario, result);
  add_trials(summary, scenario, result, sums);
  add_time(summary, scenario, result, sums);
  add_energy(summary, result, sums, spent);
  add_bill(summary, scenario, bill, spent);
  add_best(summary, scenario, result);
  add_comparisons(summary, scenario, result, sums, spent);
  add_trust(summary, scenario, result);
  return summary;
}

}  // namespace campaign_sim
