#include "sim/cli/summary_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "analysis/bill/equivalences.hpp"
#include "analysis/bill/shares.hpp"
#include "sim/cli/uncertainty.hpp"
#include "sim/cli/wording.hpp"

namespace campaign_sim {

namespace {

using Json = nlohmann::ordered_json;

class Table {
 public:
  explicit Table(const Json& summary) : summary_{summary} {}

  double number(const std::string& key) const {
    return summary_.at(key).is_null() ? std::nan("") : summary_.at(key).get<double>();
  }
  std::string text(const std::string& key) const { return summary_.at(key).get<std::string>(); }

  void line(const std::string& label, const std::string& value) {
    out_ += fmt::format("  {:<22}{}\n", label, value);
  }
  void add(const std::string& lines) { out_ += lines; }
  void heading(const std::string& text) { out_ += '\n' + text + '\n'; }
  void bar(const std::string& label, double part, double whole) {
    const double share = whole > 0 ? part / whole : 0;
    std::string blocks;
    for (int i = 0; i < static_cast<int>(std::lround(share * 30)); ++i) blocks += "█";
    out_ +=
        fmt::format("  {:<30}{:>12}  {:>5.1f} %  {}\n", label, energy_in_words(part), 100 * share, blocks);
  }
  std::string take() { return std::move(out_); }

 private:
  const Json& summary_;
  std::string out_;
};

std::string machines(const Platform& platform) {
  std::vector<std::string> parts;
  for (const ClusterSpec& cluster : platform.clusters)
    parts.push_back(fmt::format("{} × {}", in_words(cluster.accelerators()), cluster.accelerator.name));
  return fmt::format("{} ({})", fmt::join(parts, ", "), platform.name);
}

std::string sites(const Platform& platform) {
  std::vector<std::string> parts;
  for (const ClusterSpec& cluster : platform.clusters) {
    const std::string part = fmt::format("PUE {:g}, {:g} g/kWh", cluster.site.pue,
                                         cluster.site.intensity.base() * joules_per_kwh * 1e3);
    if (std::ranges::find(parts, part) == parts.end()) parts.push_back(part);
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

// Only where a scenario has any of it.
void what_failed(Table& table, const Scenario& scenario) {
  const auto fails = [](const ClusterSpec& cluster) { return cluster.failures.has_value(); };
  const bool has_failures = std::ranges::any_of(scenario.platform.clusters, fails);
  const bool saves = scenario.checkpoint.every || scenario.checkpoint.every_resource > 0;
  if (has_failures)
    table.line("failures",
               fmt::format("{} of nodes, {} of trials; {} accelerator-hours lost, {} waited for repairs",
                           in_words(table.number("node_failures")),
                           counted(table.number("interruptions"), "interruption"),
                           in_words(table.number("accelerator_h_lost")),
                           in_words(table.number("accelerator_h_waited"))));
  if (has_failures || saves)
    table.line("effective time", fmt::format("{:.2f} % of the trials' time was training; {} written",
                                             100 * table.number("effective_time"),
                                             counted(table.number("checkpoints"), "checkpoint")));
}

void what_ran(Table& table, const Scenario& scenario) {
  const std::string unit = table.text("resource_unit");
  table.line("machines", machines(scenario.platform));
  table.line("trials",
             fmt::format("{} started: {} completed, {} stopped early, {} failed",
                         in_words(table.number("trials_started")), in_words(table.number("trials_completed")),
                         in_words(table.number("trials_stopped")), in_words(table.number("trials_failed"))));
  table.line("training", fmt::format("{} in {}", counted(table.number("resource_total"), unit),
                                     counted(table.number("segments"), "segment")));
  const double busy = table.number("accelerator_h_busy");
  const double available = table.number("accelerator_h_available");
  table.line("accelerator-hours",
             fmt::format("{} busy of {} available ({:.1f} %)", in_words(busy), in_words(available),
                         available > 0 ? 100 * busy / available : 0));
  what_failed(table, scenario);
}

// Whether holding this cluster's accelerators costs anything, as they are bought.
bool has_price(const ClusterSpec& cluster, const Scenario& scenario) {
  return scenario.accounting.purchase != Purchase::on_demand || cluster.accelerator_price > MoneyPerSecond{};
}

// "12 USD electricity"; what has no price is said to have none, not to be free.
template <class Priced>
std::string cost_of(std::string_view what, double cost, const std::string& currency, const Platform& platform,
                    Priced priced) {
  std::vector<std::string> free;
  for (const ClusterSpec& cluster : platform.clusters)
    if (!priced(cluster)) free.push_back(cluster.name);
  if (free.size() == platform.clusters.size()) return fmt::format("{} without a price", what);
  const std::string sum = fmt::format("{} {} {}", in_words(std::round(cost)), currency, what);
  return free.empty() ? sum : fmt::format("{} (those of {} without a price)", sum, fmt::join(free, ", "));
}

void the_bill(Table& table, const Scenario& scenario) {
  const std::string currency = table.text("currency");
  table.line("duration", duration_in_words(table.number("makespan_s")));
  table.line("energy",
             fmt::format("{} ({} of machines; {})", energy_in_words(table.number("energy_facility_kwh")),
                         energy_in_words(table.number("energy_it_kwh")), sites(scenario.platform)));
  table.line("CO2e, operational", fmt::format("{} ({})", mass_in_words(table.number("co2e_operational_kg")),
                                              table.text("co2e_basis")));
  const double storage = table.number("cost_storage");
  table.line("cost",
             cost_of("accelerators", table.number("cost_accelerators"), currency, scenario.platform,
                     [&](const ClusterSpec& cluster) { return has_price(cluster, scenario); }) +
                 ", " +
                 cost_of("electricity", table.number("cost_electricity"), currency, scenario.platform,
                         [](const ClusterSpec& cluster) {
                           return cluster.site.electricity_price > MoneyPerJoule{} ||
                                  cluster.site.price_over_time;
                         }) +
                 (storage > 0 ? fmt::format(", {} {} storage", in_words(std::round(storage)), currency)
                              : std::string{}));
  if (!std::isnan(table.number("trainings_equivalent")))
    table.line("this search =",
               fmt::format("{} of the final model ({} each)",
                           counted(table.number("trainings_equivalent"), "training"),
                           counted(table.number("final_training_resource"), table.text("resource_unit"))));
  if (!std::isnan(table.number("best_metric")))
    table.line(
        "best " + table.text("objective"),
        fmt::format("{:.5g} (trial {})", table.number("best_metric"), in_words(table.number("best_trial"))));
}

void where_it_went(Table& table) {
  const double whole = table.number("energy_facility_kwh");
  const Choice choice = std::isnan(table.number("best_metric")) ? Choice::none : Choice::made;
  constexpr auto parts = std::to_array<std::pair<Share, const char*>>({
      {Share::winner, "energy_best_trial_kwh"},
      {Share::completed, "energy_other_completed_kwh"},
      {Share::stopped, "energy_stopped_kwh"},
      {Share::failed, "energy_failed_kwh"},
      {Share::idle, "energy_idle_kwh"},
      {Share::cooling, "energy_overhead_kwh"},
  });
  for (const auto& [share, key] : parts)
    if (table.number(key) > 0) table.bar(std::string{in_words(share, choice)}, table.number(key), whole);
}

void what_it_is_like(Table& table) {
  for (const Equivalence& equivalence : equivalences()) {
    // The whole source stands in analysis/bill/equivalences.cpp; here the part before the colon, who says so.
    const std::string_view who = equivalence.source.substr(0, equivalence.source.find(':'));
    table.line(fmt::format("{:.3g}", table.number("equals_" + std::string{equivalence.name})),
               fmt::format("{} ({})", equivalence.unit, who));
  }
}

// hyperband (paper) with tpe
std::string strategy_of(const Scenario& scenario) {
  std::string text = scenario.strategy_name;
  if (!scenario.strategy_variant.empty()) text += fmt::format(" ({})", scenario.strategy_variant);
  if (!scenario.sampler_name.empty()) text += fmt::format(" with {}", scenario.sampler_name);
  return text;
}

}  // namespace

std::string summary_table(const Scenario& scenario, const Json& summary) {
  Table table{summary};
  table.heading(
      fmt::format("{}: {} on {}{}", scenario.name, strategy_of(scenario), scenario.workload_name,
                  summary.at("partial").get<bool>() ? " — CUT SHORT, these are partial results" : ""));
  what_ran(table, scenario);
  table.heading("What it costs");
  the_bill(table, scenario);
  table.heading("Where the energy went");
  where_it_went(table);
  table.heading("What that is like");
  what_it_is_like(table);
  if (summary.contains("uncertainty")) table.add(uncertainty_table(summary));
  table.heading("How sure");
  table.line(
      "inputs",
      fmt::format(
          "{} measured, {} from datasheets, {} published, {} assumed, {} calibrated; {} without a mark",
          in_words(table.number("inputs_measured")), in_words(table.number("inputs_datasheet")),
          in_words(table.number("inputs_published")), in_words(table.number("inputs_assumed")),
          in_words(table.number("inputs_calibrated")), in_words(table.number("inputs_unmarked"))));
  table.line("metric", table.text("metric_basis"));
  table.line("ledger", fmt::format("closes to {:.1e} of the energy, {:.1e} of the time",
                                   table.number("ledger_energy_error"), table.number("ledger_time_error")));
  return table.take();
}

}  // namespace campaign_sim
