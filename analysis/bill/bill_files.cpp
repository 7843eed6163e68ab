#include "analysis/bill/bill_files.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "analysis/bill/cost.hpp"
#include "sim/core/calendar.hpp"

namespace campaign_sim {
namespace {

using Json = nlohmann::ordered_json;

Json number_or_null(double number) { return std::isfinite(number) ? Json(number) : Json(nullptr); }

std::string_view word(Purchase purchase) {
  return purchase == Purchase::spot ? "spot" : purchase == Purchase::owned ? "owned" : "on-demand";
}

// What was used for a cluster's place, and what it came to on average: energy-weighted, over the campaign.
Json site_json(const ClusterSpec& cluster, const ClusterBill& bill) {
  const Site& site = cluster.site;
  Json json;
  json["cluster"] = cluster.name;
  json["site"] = site.name;
  json["pue"] = site.pue_over_time ? "trace" : site.pue_by_load ? "by load" : "constant";
  json["pue_mean"] = number_or_null(bill.accrued.facility / bill.accrued.it);
  json["intensity"] = site.intensity_words;
  json["intensity_is"] = describe(site.kind);
  json["intensity_mean_g_per_kwh"] =
      number_or_null((bill.accrued.co2e / bill.accrued.facility).base() * joules_per_kwh * 1000);
  json["electricity_price"] = site.price_over_time ? "trace" : site.tariff ? "time of use" : "constant";
  json["electricity_price_mean_per_kwh"] =
      number_or_null((bill.accrued.electricity / bill.accrued.facility).base() * joules_per_kwh);
  json["energy_it_kwh"] = kwh(bill.accrued.it);
  json["energy_facility_kwh"] = kwh(bill.accrued.facility);
  json["co2e_operational_kg"] = bill.accrued.co2e.base();
  json["accelerator_h_available"] = bill.available_accelerator_s / seconds_per_hour;
  json["accelerator_h_busy"] = bill.busy_accelerator_s / seconds_per_hour;
  return json;
}

Json share_json(Share share, const ShareBill& bill) {
  return {{"cause", name(share)},
          {"energy_kwh", kwh(bill.energy)},
          {"co2e_kg", bill.co2e.base()},
          {"co2e_embodied_kg", bill.held.embodied.base()},
          {"electricity", bill.electricity.base()},
          {"accelerators", bill.held.hire.base()},
          {"accelerator_h", bill.held.accelerator_s / seconds_per_hour}};
}

// Software Carbon Intensity, as the Green Software Foundation's specification 1.0 (ISO/IEC 21031:2024)
// defines it: SCI = ((E * I) + M) per R. E is the facility's energy, I the grid's intensity, M the embodied
// emissions' share, R the functional unit.
Json sci_json(const BillOutcome& outcome, const CampaignBill& bill) {
  const double operational = bill.total.co2e.base();
  const double embodied = bill.total.held.embodied.base();
  const double both = operational + embodied;
  const auto completed = static_cast<double>(std::ranges::count(outcome.statuses, std::string{"completed"}));
  const auto started = static_cast<double>(outcome.statuses.size());
  double points = 0;
  if (outcome.first_metric && outcome.best_metric)
    points = std::abs(*outcome.best_metric - *outcome.first_metric);
  Json json;
  json["operational_kg"] = operational;
  json["embodied_kg"] = bill.counts_embodied ? Json(embodied) : Json(nullptr);
  json["kg_per_trial"] = number_or_null(both / started);
  json["kg_per_completed_trial"] = number_or_null(both / completed);
  json["kg_per_search"] = both;
  json["metric_points_gained"] = points;
  json["kg_per_metric_point"] = number_or_null(both / points);
  return json;
}

}  // namespace

std::string csv_number(double number) {
  if (std::isnan(number)) return "";
  std::array<char, 32> digits;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr};
}

Json bill_json(const BillTerms& terms, const BillOutcome& outcome, const CampaignBill& bill) {
  Json json;
  json["bill_format"] = 1;
  json["scenario"] = terms.scenario;
  json["seed"] = terms.seed;
  json["currency"] = terms.currency;
  json["start"] = terms.start ? Json(write_instant(*terms.start)) : Json(nullptr);
  json["end"] = terms.start ? Json(write_instant(*terms.start + bill.end_s)) : Json(nullptr);
  json["makespan_s"] = outcome.makespan_s;
  json["energy_it_kwh"] = kwh(bill.it_energy);
  json["energy_facility_kwh"] = kwh(bill.total.energy);
  json["co2e_operational_kg"] = bill.total.co2e.base();
  json["co2e_embodied_kg"] = bill.counts_embodied ? Json(bill.total.held.embodied.base()) : Json(nullptr);
  json["co2e_kg"] = bill.total.co2e.base() + bill.total.held.embodied.base();
  json["water_l"] = bill.total.water_l;
  json["accelerator_hours_charged"] = terms.charge == AcceleratorCharge::reserved ? "reserved" : "busy";
  json["purchase"] = word(terms.purchase);
  json["billing_granularity_s"] = terms.granularity.base();
  json["cost_accelerators"] = bill.total.held.hire.base();
  json["cost_electricity"] = bill.total.electricity.base();
  json["cost_storage"] = bill.storage.base();
  json["cost"] = cost([&](std::size_t part) { return json.at(cost_parts[part]).get<double>(); });
  json["sites"] = Json::array();
  for (std::size_t i = 0; i < bill.clusters.size(); ++i)
    json["sites"].push_back(site_json(terms.platform.clusters[i], bill.clusters[i]));
  json["causes"] = Json::array();
  for (std::size_t i = 0; i < shares; ++i)
    json["causes"].push_back(share_json(static_cast<Share>(i), bill.by_share[i]));
  json["software_carbon_intensity"] = sci_json(outcome, bill);
  return json;
}

}  // namespace campaign_sim
