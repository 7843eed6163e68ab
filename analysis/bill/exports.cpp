#include "analysis/bill/exports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/bill/bill_files.hpp"
#include "sim/core/calendar.hpp"

namespace campaign_sim {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? "\"\"" : std::string(1, c);
  return result + '"';
}

std::string yaml_text(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string hardware(const BillTerms& terms) {
  std::string text;
  for (const ClusterSpec& cluster : terms.platform.clusters)
    text +=
        fmt::format("{}{} x {}", text.empty() ? "" : ", ", cluster.accelerators(), cluster.accelerator.name);
  return text;
}

std::string sites(const BillTerms& terms) {
  std::vector<std::string> names;
  for (const ClusterSpec& cluster : terms.platform.clusters)
    if (std::ranges::find(names, cluster.site.name) == names.end()) names.push_back(cluster.site.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

double mean_pue(const CampaignBill& bill) { return bill.total.energy / bill.it_energy; }
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
  std::string text;
  for (const ClusterSpec& cluster : terms.platform.clusters) {
    const std::string one = fmt::format("{}: {}, {}", cluster.site.name, cluster.site.intensity_words,
                                        describe(cluster.site.kind));
    if (text.find(one) == std::string::npos) text += (text.empty() ? "" : "; ") + one;
  }
  return text;
}

}  // namespace

std::string codecarbon_csv(const ExportContext& context) {
  const auto& [terms, outcome, bill, program, inputs] = context;
  std::uint32_t accelerators = 0;
  for (const ClusterSpec& cluster : terms.platform.clusters) accelerators += cluster.accelerators();
  const double emissions = bill.total.co2e.base();
  const double duration = outcome.makespan_s;
  const double it_kwh = kwh(bill.it_energy);
  std::string stamp = terms.start ? write_instant(*terms.start + duration) : "";
  if (!stamp.empty()) stamp.pop_back();  // CodeCarbon writes no Z
  const std::vector<std::string> cells = {stamp,
                                          quoted(terms.scenario),
                                          fmt::format("{}-{}", quoted(terms.scenario), terms.seed),
                                          csv_number(duration),
                                          csv_number(emissions),
                                          csv_number(emissions / duration),
                                          "",  // cpu_power: the hosts' share is in gpu_power
                                          csv_number(bill.it_energy.base() / duration),  // gpu_power
                                          "",                                            // ram_power
                                          "",                                            // cpu_energy
                                          csv_number(it_kwh),                            // gpu_energy
                                          "",                                            // ram_energy
                                          csv_number(it_kwh),                            // energy_consumed
                                          "",
                                          "",
                                          quoted(sites(terms)),
                                          "",
                                          "",
                                          "",
                                          "",
                                          quoted(program),  // codecarbon_version: what made the row
                                          "",
                                          "",
                                          std::to_string(accelerators),
                                          quoted(hardware(terms)),
                                          "",
                                          "",
                                          "",
                                          "simulated",
                                          "N",
                                          csv_number(mean_pue(bill))};
  return fmt::format(
      "timestamp,project_name,run_id,duration,emissions,emissions_rate,cpu_power,gpu_power,ram_power,cpu_"
      "energy,"
      "gpu_energy,ram_energy,energy_consumed,country_name,country_iso_code,region,cloud_provider,cloud_"
      "region,os,"
      "python_version,codecarbon_version,cpu_count,cpu_model,gpu_count,gpu_model,longitude,latitude,"
      "ram_total_size,tracking_mode,on_cloud,pue\n{}\n",
      fmt::join(cells, ","));
}

std::string mlco2_statement(const ExportContext& context) {
  const auto& [terms, outcome, bill, program, inputs] = context;
  return fmt::format(
      "The search was simulated at {}, where a kWh emits {} g CO2e on average ({}). It held {} "
      "accelerators-hours on "
      "hardware of type {}.\nTotal emissions are estimated to be {} CO2e for {} at a PUE of {}. Estimated "
      "with {}, not "
      "metered.\n",
      sites(terms), four(mean_g_per_kwh(bill)), grids(terms), four(busy_h(bill)), hardware(terms),
      mass(bill.total.co2e.base()), energy(kwh(bill.total.energy)), four(mean_pue(bill)), program);
}

std::string paper_paragraph(const ExportContext& context) {
  const auto& [terms, outcome, bill, program, inputs] = context;
  const auto started = outcome.statuses.size();
  std::string text = fmt::format(
      "The search trained {} configurations on {} for {} h ({} accelerator-hours held). Its machines drew {} "
      "[1], the "
      "facility {} at a PUE of {} [2]; at {} g CO2e/kWh [3] that is {} CO2e of operation",
      started, hardware(terms), four(outcome.makespan_s / 3600), four(busy_h(bill)),
      energy(kwh(bill.it_energy)), energy(kwh(bill.total.energy)), four(mean_pue(bill)),
      four(mean_g_per_kwh(bill)), mass(bill.total.co2e.base()));
  text += bill.counts_embodied
              ? fmt::format(" and {} for making the machines [4], for the time they were held.",
                            mass(bill.total.held.embodied.base()))
              : ". What making the machines emitted is not counted.";
  const auto part = [&](Share share) {
    return bill.by_share[static_cast<std::size_t>(share)].energy / bill.total.energy;
  };
  text += fmt::format(
      " Of the facility's energy {:.1f} % trained the configuration that was kept, {:.1f} % others to their "
      "end, "
      "{:.1f} % others that were stopped; {:.1f} % was drawn by idle machines. These figures are simulated, "
      "not "
      "metered.\n\n",
      100 * part(Share::winner), 100 * part(Share::completed), 100 * part(Share::stopped),
      100 * part(Share::idle));
  text +=
      fmt::format("[1] {}, from the power and time of each job; every row in segments.csv.\n[2] {}\n[3] {}\n",
                  program, "The sites' PUE, energy-weighted; sources below.", grids(terms));
  if (bill.counts_embodied) text += "[4] The platform's embodied figures, sources below.\n";
  text += "\nInputs and their sources:\n";
  for (const Sourced& input : inputs)
    text += fmt::format("- {} = {}: {}\n", input.what, input.value, input.source);
  return text;
}

// The keys of the Hub's model-card specification; emissions are in grams.
std::string hugging_face_yaml(const ExportContext& context) {
  const auto& [terms, outcome, bill, program, inputs] = context;
  return fmt::format(
      "co2_eq_emissions:\n  emissions: {}\n  source: {}\n  training_type: \"pre-training\"\n  "
      "geographical_location: {}\n  hardware_used: {}\n",
      csv_number(bill.total.co2e.base() * 1000),
      yaml_text(program + ", simulated; hyper-parameter search included"), yaml_text(sites(terms)),
      yaml_text(hardware(terms)));
}

}  // namespace campaign_sim
