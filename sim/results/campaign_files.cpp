#include "sim/results/campaign_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/core/quoted.hpp"
#include "sim/results/csv_file.hpp"
#include "sim/results/output_error.hpp"

namespace campaign_sim {

std::string_view name(TrialStatus status) {
  static constexpr std::array<std::string_view, 5> names = {"running", "paused", "completed", "stopped",
                                                            "failed"};
  return names[static_cast<std::size_t>(status)];
}

namespace {

// The PUE while a bin of the timeline lasted.
double pue_in(const Scenario& scenario, std::size_t number, const Timeline::Bin& bin) {
  const ClusterSpec& cluster = scenario.platform.clusters[number];
  const Site& site = cluster.site;
  const double length_s = (bin.end - bin.start).base();
  if (site.pue_over_time && scenario.start && length_s > 0)
    return site.pue_over_time->integral(*scenario.start + bin.start.base(),
                                        *scenario.start + bin.end.base()) /
           length_s;
  if (!site.pue_by_load || length_s <= 0) return site.pue;
  Joules energy;
  for (const Joules joules : bin.energy) energy += joules;
  return site.pue_by_load->at(energy / (cluster.largest_power() * (bin.end - bin.start)));
}

}  // namespace

std::string write_trials(const ResultsFolder& folder, const Scenario& scenario, const CampaignResult& result,
                         const CampaignBill& bill) {
  std::string header =
      "trial,status,resource,metric,best_metric,start_s,end_s,accelerator_s,energy_kwh,co2e_kg,trained_"
      "resource,interruptions";
  for (const Parameter& parameter : scenario.space.parameters) header += ',' + csv_cell(parameter.name);
  CsvFile csv{folder.file("trials.csv"), header};
  for (std::uint64_t i = 0; i < result.trials.size(); ++i) {
    const TrialRecord& trial = result.trials[i];
    csv.cell(i).cell(name(trial.status)).cell(trial.resource);
    csv.cell(scenario.objective.metric_of_loss(trial.loss))
        .cell(scenario.objective.metric_of_loss(trial.best_loss));
    if (trial.start < Seconds{})
      csv.empty_cell().empty_cell();
    else
      csv.cell(trial.start.base()).cell(trial.end.base());
    csv.cell(trial.accelerator_time.base()).cell(kwh(trial.energy)).cell(bill.trials[i].accrued.co2e.base());
    csv.cell(trial.trained_resource).cell(std::uint64_t{trial.interruptions});
    for (std::size_t p = 0; p < scenario.space.size(); ++p) {
      const Parameter& parameter = scenario.space.parameters[p];
      const double value = trial.configuration.values[p];
      if (parameter.is_choice())
        csv.cell(text_of(parameter, value));
      else
        csv.cell(value);
    }
    csv.end_row();
  }
  return csv.close();
}

std::string write_incumbents(const ResultsFolder& folder, const Scenario& scenario,
                             const CampaignResult& result) {
  CsvFile csv{folder.file("incumbent.csv"),
              "time_s,energy_kwh,resource,trial,metric,energy_facility_kwh,co2e_kg,cost"};
  for (const Incumbent& incumbent : result.incumbents) {
    csv.cell(incumbent.time.base()).cell(kwh(incumbent.energy)).cell(incumbent.resource);
    csv.cell(std::uint64_t{index(incumbent.trial)}).cell(scenario.objective.metric_of_loss(incumbent.loss));
    csv.cell(kwh(incumbent.spent.facility_energy)).cell(incumbent.spent.co2e.base());
    csv.cell(incumbent.spent.cost.base());
    csv.end_row();
  }
  return csv.close();
}

std::string write_power(const ResultsFolder& folder, const Scenario& scenario, const CampaignResult& result,
                        const Timeline& timeline) {
  std::string header = "start_s,end_s,it_w,facility_w";
  for (const std::string_view cause : cause_names) header += fmt::format(",{}_w", cause);
  CsvFile csv{folder.file("power.csv"), header};

  std::vector<std::vector<Timeline::Bin>> clusters;
  for (std::size_t i = 0; i < scenario.platform.clusters.size(); ++i)
    clusters.push_back(timeline.of_cluster(i, result.makespan));
  for (std::size_t bin = 0; bin < clusters.front().size(); ++bin) {
    std::array<Joules, cause_names.size()> by_cause{};
    Joules it;
    Joules facility;
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      for (std::size_t cause = 0; cause < cause_names.size(); ++cause) {
        const Joules energy = clusters[i][bin].energy[cause];
        by_cause[cause] += energy;
        it += energy;
        facility += energy * pue_in(scenario, i, clusters[i][bin]);
      }
    }
    const auto& [start, end, energy] = clusters.front()[bin];
    csv.cell(start.base()).cell(end.base());
    csv.cell((it / (end - start)).base()).cell((facility / (end - start)).base());
    for (const Joules& joules : by_cause) csv.cell((joules / (end - start)).base());
    csv.end_row();
  }
  return csv.close();
}

std::string write_nodes(const ResultsFolder& folder, const Scenario& scenario, const NodeTotals& nodes) {
  CsvFile csv{folder.file("nodes.csv"),
              "cluster,node,busy_accelerator_s,idle_accelerator_s,energy_kwh,energy_idle_kwh"};
  std::size_t number = 0;
  for (const ClusterSpec& cluster : scenario.platform.clusters) {
    for (std::uint64_t node = 0; node < cluster.nodes; ++node, ++number) {
      const NodeTotal& total = nodes.nodes()[number];
      csv.cell(cluster.name).cell(node).cell(total.busy_accelerator_s).cell(total.idle_accelerator_s);
      csv.cell(kwh(Joules{total.energy_j})).cell(kwh(Joules{total.idle_energy_j}));
      csv.end_row();
    }
  }
  return csv.close();
}

std::string write_bill_trials(const ResultsFolder& folder, const BillOutcome& outcome,
                              const CampaignBill& bill) {
  CsvFile csv{
      folder.file("bill_trials.csv"),
      "trial,status,energy_it_kwh,energy_facility_kwh,co2e_kg,co2e_embodied_kg,electricity,accelerators,"
      "water_l,accelerator_s"};
  for (std::uint64_t i = 0; i < bill.trials.size(); ++i) {
    const TrialBill& trial = bill.trials[i];
    csv.cell(i).cell(outcome.statuses[i]);
    csv.cell(kwh(trial.accrued.it)).cell(kwh(trial.accrued.facility)).cell(trial.accrued.co2e.base());
    csv.cell(trial.held.embodied.base()).cell(trial.accrued.electricity.base()).cell(trial.held.hire.base());
    csv.cell(trial.accrued.water_l).cell(trial.held.accelerator_s);
    csv.end_row();
  }
  return csv.close();
}

std::map<std::string, std::string> write_traces(const ResultsFolder& folder, const Platform& platform) {
  std::map<std::string, std::string> copies;
  for (const ClusterSpec& cluster : platform.clusters) {
    for (const Site::TraceUse& trace : cluster.site.traces) {
      const std::string copy = fmt::format("trace-{}.csv", copies.size() + 1);
      std::error_code error;
      std::filesystem::copy_file(trace.file, folder.file(copy), error);
      if (error) throw OutputError{"cannot copy " + trace.file.string() + ": " + error.message()};
      copies["platform.clusters." + cluster.name + ".site." + trace.key] = copy;
    }
  }
  return copies;
}

}  // namespace campaign_sim
