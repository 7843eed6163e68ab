#include "analysis/bill/exports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/bill/bill_files.hpp"
#include "analysis/bill/methods.hpp"
#include "sim/core/quoted.hpp"

namespace campaign_sim {

namespace {

// What a cluster is called in one respect, for all clusters; what some have in common once.
template <class Words>
std::string of_clusters(const BillTerms& terms, std::string_view separator, Words words) {
  std::vector<std::string> all;
  for (const ClusterSpec& cluster : terms.platform.clusters)
    if (std::string one = words(cluster); std::ranges::find(all, one) == all.end())
      all.push_back(std::move(one));
  return fmt::format("{}", fmt::join(all, separator));
}

}  // namespace

std::string hardware(const BillTerms& terms) {
  std::vector<std::string> all;
  for (const ClusterSpec& cluster : terms.platform.clusters)
    all.push_back(fmt::format("{} x {}", cluster.accelerators(), cluster.accelerator.name));
  return fmt::format("{}", fmt::join(all, ", "));
}

std::string sites(const BillTerms& terms) {
  return of_clusters(terms, ", ", [](const ClusterSpec& cluster) { return cluster.site.name; });
}

double mean_pue(const CampaignBill& bill) { return bill.total.energy / bill.it_energy; }

namespace {

std::string hardware_with_tdp(const BillTerms& terms) {
  return of_clusters(terms, ", ", [](const ClusterSpec& cluster) {
    return fmt::format("{} (TDP of {:.4g} W)", cluster.accelerator.name, cluster.accelerator.max.base());
  });
}

double mean_g_per_kwh(const CampaignBill& bill) {
  return (bill.total.co2e / bill.total.energy).base() * joules_per_kwh * 1000;
}
double busy_h(const CampaignBill& bill) {
  double seconds = 0;
  for (const ClusterBill& cluster : bill.clusters) seconds += cluster.busy_accelerator_s;
  return seconds / seconds_per_hour;
}

// Four digits: nothing that is simulated is surer.
std::string four(double number) { return fmt::format("{:.4g}", number); }
std::string mass(double kg) { return kg >= 1000 ? four(kg / 1000) + " t" : four(kg) + " kg"; }
std::string energy(double kwh) { return kwh >= 1000 ? four(kwh / 1000) + " MWh" : four(kwh) + " kWh"; }

std::string grids(const BillTerms& terms) {
  return of_clusters(terms, "; ", [](const ClusterSpec& cluster) {
    const Site& site = cluster.site;
    return fmt::format("{}: {}, {}", site.name, site.intensity_words, describe(site.kind));
  });
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// A source note, and each input that belongs to it with its own.
template <class Belongs>
std::string note(int number, const std::string& heading, const std::vector<Sourced>& inputs,
                 Belongs belongs) {
  std::string text = fmt::format("[{}] {}\n", number, heading);
  for (const Sourced& input : inputs)
    if (belongs(input.what)) text += fmt::format("    {} = {}: {}\n", input.what, input.value, input.source);
  return text;
}

}  // namespace

std::string mlco2_statement(const ExportContext& context) {
  const auto& [terms, outcome, bill, program, inputs, country, country_code] = context;
  const Account calculator = account(*find_method("mlco2"), terms, bill);
  return fmt::format(
      "Experiments were simulated for {}, which has a carbon efficiency of {} kgCO2eq/kWh ({}). A cumulative "
      "of {} hours of computation was performed on hardware of type {}.\n"
      "Total emissions are estimated to be {} kgCO2eq ({} at a PUE of {}), of which 0 percents were directly "
      "offset. The Machine Learning Impact calculator (Lacoste et al. 2019), of hours at TDP without a PUE, "
      "would say {} kgCO2eq.\nEstimations were conducted using {}; nothing was metered.\n",
      sites(terms), four(mean_g_per_kwh(bill) / 1000), grids(terms), four(busy_h(bill)),
      hardware_with_tdp(terms), four(bill.total.co2e.base()), energy(kwh(bill.total.energy)),
      four(mean_pue(bill)), four(calculator.co2e_kg), program);
}

std::string paper_paragraph(const ExportContext& context) {
  const auto& [terms, outcome, bill, program, inputs, country, country_code] = context;
  const auto part = [&](Share share) {
    return 100 * (bill.by_share[static_cast<std::size_t>(share)].energy / bill.total.energy);
  };
  std::string text = fmt::format(
      "The search trained {} configurations on {} for {} h ({} accelerator-hours held) [1]. Its machines "
      "drew {} [1, 2], the facility {} at a PUE of {} [3]; at {} g CO2e/kWh [4] that is {} CO2e of operation",
      outcome.statuses.size(), hardware(terms), four(outcome.makespan_s / 3600), four(busy_h(bill)),
      energy(kwh(bill.it_energy)), energy(kwh(bill.total.energy)), four(mean_pue(bill)),
      four(mean_g_per_kwh(bill)), mass(bill.total.co2e.base()));
  text += bill.counts_embodied
              ? fmt::format(" and {} for making the machines [5], for the time they were held.",
                            mass(bill.total.held.embodied.base()))
              : ". What making the machines emitted is not counted.";
  text += outcome.best_metric
              ? fmt::format(
                    " Of the facility's energy {:.1f} % trained the configuration that was kept, "
                    "{:.1f} % others to their end,",
                    part(Share::winner), part(Share::completed))
              : fmt::format(" Of the facility's energy {:.1f} % trained configurations to their end,",
                            part(Share::completed));
  text += fmt::format(
      " {:.1f} % others that were stopped; {:.1f} % was drawn by idle machines [1]. These figures are "
      "simulated, not metered.\n\n",
      part(Share::stopped), part(Share::idle));
  text += fmt::format(
      "[1] {}, simulation of the scenario '{}' with seed {}: trials.csv, segments.csv and bill.json.\n",
      program, terms.scenario, terms.seed);
  text += note(2, "Power and time of the machines:", inputs, [](const std::string& path) {
    return path.starts_with("workload.") || contains(path, ".accelerator.") || path.ends_with(".nodes") ||
           path.ends_with(".accelerators_per_node") || contains(path, ".node_");
  });
  text += note(3, "PUE:", inputs, [](const std::string& path) { return contains(path, ".site.pue"); });
  text += note(4, fmt::format("Grid: {}.", grids(terms)), inputs,
               [](const std::string& path) { return contains(path, ".site.intensity"); });
  if (bill.counts_embodied)
    text += note(5, "Embodied emissions:", inputs,
                 [](const std::string& path) { return contains(path, ".embodied."); });
  return text;
}

// The keys of the Hub's documentation, "Displaying carbon emissions for your model"; emissions are in grams.
std::string hugging_face_yaml(const ExportContext& context) {
  const auto& [terms, outcome, bill, program, inputs, country, country_code] = context;
  return fmt::format(
      "co2_eq_emissions:\n  emissions: {}\n  source: {}\n  training_type: \"pre-training\"\n  "
      "geographical_location: {}\n  hardware_used: {}\n",
      csv_number(bill.total.co2e.base() * 1000),
      yaml_quoted(program + ", simulated; hyper-parameter search included"),
      yaml_quoted(country.empty() ? sites(terms) : sites(terms) + ", " + country),
      yaml_quoted(hardware(terms)));
}

}  // namespace campaign_sim
