// CodeCarbon's emissions.csv for a simulated campaign.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/bill/bill_files.hpp"
#include "analysis/bill/exports.hpp"
#include "sim/core/calendar.hpp"
#include "sim/core/quoted.hpp"

namespace campaign_sim {
namespace {

// CodeCarbon 2.x, methodology, "RAM": 3 W for every 8 GB, whatever is done with them.
constexpr double memory_w_per_gb = 3.0 / 8;

// Of all nodes; nothing if some do not say.
std::optional<double> host_memory_gb(const Platform& platform) {
  double sum = 0;
  for (const ClusterSpec& cluster : platform.clusters) {
    if (!cluster.node_memory) return std::nullopt;
    sum += cluster.nodes * cluster.node_memory->base() / 1e9;
  }
  return sum;
}

// What the accelerators themselves drew of a cluster's energy, as a counter on their boards has it: a node
// draws its base all the time, and for an accelerator that is held its own power, what feeds it, and losses
// in proportion (ClusterSpec::at_wall). All of that is linear in time and energy, so that sums tell it.
Joules accelerators_drew(const ClusterSpec& cluster, const ClusterBill& bill) {
  const Seconds busy{bill.busy_accelerator_s};
  const Seconds idle{bill.available_accelerator_s - bill.busy_accelerator_s};
  const Watts base = cluster.node_base / cluster.accelerators_per_node;  // of each
  const double losses = cluster.node_load.per_watt;
  const Joules held = (bill.busy_energy - busy * (base + cluster.node_load.per_held) +
                       busy * cluster.accelerator.idle * losses) /
                      (1 + losses);
  const Joules resting = bill.accrued.it - bill.busy_energy - idle * base;
  return std::max(held, Joules{}) + std::max(resting, Joules{});
}

// Of the machines, without PUE.
struct Parts {
  double gpu_kwh = 0;
  double ram_kwh = 0;
  double cpu_kwh = 0;  // what is left of the nodes
};
Parts parts_of(const BillTerms& terms, const CampaignBill& bill, double duration_s) {
  Parts parts;
  for (std::size_t i = 0; i < bill.clusters.size(); ++i)
    parts.gpu_kwh += kwh(accelerators_drew(terms.platform.clusters[i], bill.clusters[i]));
  const double host_kwh = std::max(0.0, kwh(bill.it_energy) - parts.gpu_kwh);
  const double memory_w = memory_w_per_gb * host_memory_gb(terms.platform).value_or(0);
  parts.ram_kwh = std::min(host_kwh, memory_w * duration_s / joules_per_kwh);
  parts.cpu_kwh = host_kwh - parts.ram_kwh;
  return parts;
}

}  // namespace

std::string codecarbon_csv(const ExportContext& context) {
  const auto& [terms, outcome, bill, program, inputs, country, country_code] = context;
  const double duration = outcome.makespan_s;
  const double pue = mean_pue(bill);
  const Parts parts = parts_of(terms, bill, duration);
  const auto memory_gb = host_memory_gb(terms.platform);
  const auto mean_w = [&](double kwh) { return duration > 0 ? kwh * joules_per_kwh / duration : 0; };
  const double emissions = bill.total.co2e.base();
  std::string stamp = terms.start ? write_instant(*terms.start + duration) : "";
  if (!stamp.empty()) stamp.pop_back();  // CodeCarbon writes no Z

  const std::vector<std::pair<std::string_view, std::string>> cells = {
      {"timestamp", stamp},
      {"project_name", csv_cell(terms.scenario)},
      {"run_id", csv_cell(fmt::format("{}-{}", terms.scenario, terms.seed))},
      {"duration", csv_number(duration)},
      {"emissions", csv_number(emissions)},
      {"emissions_rate", csv_number(duration > 0 ? emissions / duration : 0)},
      {"cpu_power", csv_number(mean_w(parts.cpu_kwh))},
      {"gpu_power", csv_number(mean_w(parts.gpu_kwh))},
      {"ram_power", csv_number(mean_w(parts.ram_kwh))},
      {"cpu_energy", csv_number(parts.cpu_kwh * pue)},
      {"gpu_energy", csv_number(parts.gpu_kwh * pue)},
      {"ram_energy", csv_number(parts.ram_kwh * pue)},
      {"energy_consumed", csv_number(kwh(bill.it_energy) * pue)},
      {"country_name", csv_cell(country)},
      {"country_iso_code", country_code},
      {"region", csv_cell(sites(terms))},
      {"cloud_provider", ""},
      {"cloud_region", ""},
      {"os", ""},
      {"python_version", ""},
      {"codecarbon_version", csv_cell(program)},  // what made the row
      {"cpu_count", ""},
      {"cpu_model", ""},
      {"gpu_count", std::to_string(terms.platform.accelerators())},
      {"gpu_model", csv_cell(hardware(terms))},
      {"longitude", ""},
      {"latitude", ""},
      {"ram_total_size", memory_gb ? csv_number(*memory_gb) : ""},
      {"tracking_mode", "machine"},
      {"on_cloud", "N"},
      {"pue", csv_number(pue)},
  };
  std::vector<std::string_view> names;
  std::vector<std::string_view> values;
  for (const auto& [name, cell] : cells) {
    names.push_back(name);
    values.push_back(cell);
  }
  return fmt::format("{}\n{}\n", fmt::join(names, ","), fmt::join(values, ","));
}

}  // namespace campaign_sim
