#include "analysis/bill/methods.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace campaign_sim {
namespace {

constexpr double kg_per_lb = 0.45359237;  // the international pound, 1959

constexpr auto table = std::to_array<Method>({
    {"campaign", CountedHours::all, CountedPower::metered, 0, std::nullopt, CountedGrid::site, 0, true,
     "every joule of every machine from start to end, idle included, with PUE; embodied where the platform "
     "says it",
     "what the platform does not list: storage, networks between sites, the people",
     "the site's own PUE and grid, over time where they vary", "this program"},
    {"strubell2019", CountedHours::busy, CountedPower::metered, 0, 1.58, CountedGrid::fixed,
     0.954 * kg_per_lb, false, "mean draw of GPUs, CPUs and memory while jobs run, times 1.58",
     "idle and failed time's machines, embodied carbon, network, storage, the region's grid",
     "PUE 1.58 (world, 2018); 0.954 lb CO2e/kWh (US, 2018), whatever the place",
     "Strubell, Ganesh, McCallum, ACL 2019, section 2"},
    {"patterson2021", CountedHours::busy, CountedPower::metered, 0, std::nullopt, CountedGrid::site, 0, false,
     "mean measured draw of the accelerators with their hosts while jobs run, with the data centre's PUE",
     "idle machines, exploratory runs that are not in the ledger, embodied carbon",
     "the data centre's own PUE and grid", "Patterson et al. 2021, arXiv 2104.10350, section 2"},
    {"llama", CountedHours::busy, CountedPower::largest, 0, 1.1, CountedGrid::fixed, 0.385, false,
     "accelerator-hours of jobs at TDP", "hosts, network, idle machines, embodied carbon",
     "TDP all the time; PUE 1.1; the US average of 0.385 kg CO2e/kWh, whatever the place",
     "Touvron et al. 2023 (LLaMA), section 6 and table 15"},
    {"bloom", CountedHours::busy, CountedPower::largest, 0, 1.0, CountedGrid::fixed, 0.057, false,
     "\"dynamic\" consumption: accelerator-hours of jobs at TDP",
     "PUE, idle nodes and infrastructure (counted in a second figure), embodied carbon (in a third)",
     "TDP all the time; the French grid of 2022, 0.057 kg CO2e/kWh",
     "Luccioni, Viguier, Ligozat 2022, arXiv 2211.02001, table 3"},
    {"mlco2", CountedHours::busy, CountedPower::largest, 0, 1.0, CountedGrid::site, 0, false,
     "accelerator-hours at TDP, at the region's intensity", "PUE, hosts, idle machines, embodied carbon",
     "TDP all the time", "Lacoste et al. 2019, arXiv 1910.09700, and its calculator"},
    {"green-algorithms", CountedHours::busy, CountedPower::largest, 0.3725, std::nullopt, CountedGrid::site,
     0, false, "hours times (TDP at full usage + 0.3725 W per GB of host memory) times PUE",
     "processors, network, idle machines, embodied carbon",
     "usage 1; each accelerator has its share of its node's memory",
     "Lannelongue, Grealey, Inouye, Advanced Science 2021, equation 2"},
    {"codecarbon", CountedHours::busy, CountedPower::metered, 0, 1.0, CountedGrid::site, 0, false,
     "counters of GPU, CPU and memory while the tracked process runs",
     "PUE, idle machines, network, embodied carbon",
     "the node's share stands for CPU and memory; the country's or cloud region's grid",
     "CodeCarbon 2.x documentation, methodology"},
    {"ghg-location", CountedHours::all, CountedPower::metered, 0, std::nullopt, CountedGrid::site, 0, false,
     "all electricity of the facility (scope 2)", "embodied carbon, which is scope 3",
     "the average of the grid where it was drawn",
     "GHG Protocol, Scope 2 Guidance 2015: location-based method"},
    {"ghg-market", CountedHours::all, CountedPower::metered, 0, std::nullopt, CountedGrid::market, 0, false,
     "all electricity of the facility (scope 2)", "embodied carbon, which is scope 3",
     "the intensity of the electricity that was bought (market_intensity); the grid's where there is none",
     "GHG Protocol, Scope 2 Guidance 2015: market-based method"},
});

// Of one accelerator's share of its node.
double host_memory_gb(const ClusterSpec& cluster) {
  return cluster.node_memory.value_or(Bytes{}).base() / 1e9 / cluster.accelerators_per_node;
}

double ratio_of(double a, double b) { return a == b ? 1 : a / b; }

}  // namespace

std::span<const Method> methods() { return table; }

const Method* find_method(std::string_view name) {
  const auto* row = std::ranges::find(table, name, &Method::name);
  return row == table.end() ? nullptr : row;
}

Account account(const Method& method, const BillTerms& terms, const CampaignBill& bill) {
  Account result;
  result.name = method.name;
  for (std::size_t i = 0; i < bill.clusters.size(); ++i) {
    const ClusterBill& used = bill.clusters[i];
    const ClusterSpec& cluster = terms.platform.clusters[i];
    const bool busy = method.hours == CountedHours::busy;
    const double accelerator_h =
        (busy ? used.busy_accelerator_s : used.available_accelerator_s) / seconds_per_hour;
    double it_kwh = kwh(busy ? used.busy_energy : used.accrued.it);
    if (method.power == CountedPower::largest) {
      const double memory_w = method.memory_w_per_gb * host_memory_gb(cluster);
      it_kwh = accelerator_h * (cluster.accelerator.max.base() + memory_w) / 1000;
      if (method.memory_w_per_gb > 0 && !cluster.node_memory)
        result.notes.push_back("cluster " + cluster.name +
                               " says no node_memory: no memory is counted there");
    }
    // Of the cluster's own bill: energy-weighted over the campaign.
    const double pue = method.pue.value_or(
        used.accrued.it > Joules{} ? used.accrued.facility / used.accrued.it : cluster.site.pue);
    double kg_per_kwh = used.accrued.facility > Joules{}
                            ? (used.accrued.co2e / used.accrued.facility).base() * joules_per_kwh
                            : cluster.site.intensity.base() * joules_per_kwh;
    if (method.grid == CountedGrid::fixed) kg_per_kwh = method.kg_per_kwh;
    if (method.grid == CountedGrid::market) {
      if (cluster.site.market_intensity)
        kg_per_kwh = cluster.site.market_intensity->base() * joules_per_kwh;
      else
        result.notes.push_back(cluster.site.name +
                               " has no market_intensity: its grid's intensity stands in");
    }
    result.resource += used.resource;
    result.held_h += used.held_s / seconds_per_hour;
    result.accelerator_h += accelerator_h;
    result.it_kwh += it_kwh;
    result.facility_kwh += it_kwh * pue;
    result.co2e_kg += it_kwh * pue * kg_per_kwh;
  }
  if (method.embodied) result.embodied_kg = bill.total.held.embodied.base();
  return result;
}

std::vector<Factor> factors(const Account& a, const Account& b) {
  const auto step = [](std::string what, double from, double to) {
    return Factor{std::move(what), from, to, ratio_of(from, to)};
  };
  const auto per_job = [](const Account& account) { return account.accelerator_h / account.held_h; };
  const auto per_unit = [](const Account& account) { return account.held_h / account.resource; };
  const bool knows_training = a.resource > 0 && b.resource > 0 && a.held_h > 0 && b.held_h > 0;
  std::vector<Factor> steps;
  if (a.accelerator_h != b.accelerator_h && knows_training) {
    if (a.resource != b.resource) steps.push_back(step("training done", a.resource, b.resource));
    steps.push_back(step("accelerators per job, waiting ones included", per_job(a), per_job(b)));
    Factor energy = step("kWh of an accelerator per unit of training", per_unit(a) * a.watts() / 1000,
                         per_unit(b) * b.watts() / 1000);
    energy.parts = {step("job-hours per unit of training", per_unit(a), per_unit(b)),
                    step("watts per accelerator", a.watts(), b.watts())};
    steps.push_back(std::move(energy));
  } else {
    steps.push_back(step("accelerator-hours", a.accelerator_h, b.accelerator_h));
    steps.push_back(step("watts per accelerator", a.watts(), b.watts()));
  }
  steps.push_back(step("PUE", a.pue(), b.pue()));
  steps.push_back(step("kg CO2e per kWh", a.kg_per_kwh(), b.kg_per_kwh()));
  if (a.embodied_kg > 0 || b.embodied_kg > 0)
    steps.push_back(step("embodied on top", a.total_kg() / a.co2e_kg, b.total_kg() / b.co2e_kg));
  return steps;
}

}  // namespace campaign_sim
