#include "sim/cli/bill_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/cli/wording.hpp"
#include "sim/core/calendar.hpp"

namespace campaign_sim {
namespace {

std::string per_point(const BillOutcome& outcome, const std::string& metric, double kg) {
  if (!outcome.first_metric || !outcome.best_metric) return "";
  const double points = std::abs(*outcome.best_metric - *outcome.first_metric);
  return points > 0 ? fmt::format(", {} per point of {}", mass_in_words(kg / points), metric) : "";
}

std::string wrapped(std::string_view label, std::string_view text) {
  return fmt::format("      {:<11}{}\n", label, text);
}

void print_accounts(const std::vector<Account>& accounts) {
  fmt::print("\n  {:<20}{:>16}{:>10}{:>12}{:>8}{:>10}{:>12}{:>12}\n", "method", "accelerator-h", "W each",
             "energy", "PUE", "g/kWh", "CO2e", "embodied");
  for (const Account& a : accounts)
    fmt::print("  {:<20}{:>16}{:>10.4g}{:>12}{:>8.4g}{:>10.4g}{:>12}{:>12}\n", a.name,
               in_words(a.accelerator_h), a.watts(), energy_in_words(a.facility_kwh), a.pue(),
               1000 * a.kg_per_kwh(), mass_in_words(a.co2e_kg),
               a.embodied_kg > 0 ? mass_in_words(a.embodied_kg) : "-");
}

void print_factors(const Account& a, const Account& b) {
  fmt::print("\n  {} / {}: {} / {} = {:.4g}\n", a.name, b.name, mass_in_words(a.total_kg()),
             mass_in_words(b.total_kg()), a.total_kg() / b.total_kg());
  double so_far = 1;
  for (const Factor& factor : factors(a, b)) {
    so_far *= factor.ratio;
    fmt::print("    x {:<10.4g}{:<46}{:>12.4g} / {:<12.4g} so far {:.4g}\n", factor.ratio, factor.what,
               factor.from, factor.to, so_far);
    for (const Factor& part : factor.parts)
      fmt::print("        {:<10.4g}{:<42}{:>12.4g} / {:<12.4g}\n", part.ratio, part.what, part.from, part.to);
  }
}

// "2.333 x 8 x 3.279 x 1.436 x 1.004 = 88.26"
void print_product(const std::vector<Account>& chain) {
  std::string text;
  double product = 1;
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    for (const Factor& factor : factors(chain[i], chain[i + 1])) {
      if (std::abs(factor.ratio - 1) < 1e-9) continue;
      text += fmt::format("{}{:.4g}", text.empty() ? "" : " x ", factor.ratio);
      product *= factor.ratio;
    }
  }
  fmt::print("\n  in all: {} = {:.4g}\n", text.empty() ? "1" : text, product);
}

}  // namespace

void print_bill(const Billed& billed) {
  const auto& [campaign, terms, bill] = billed;
  fmt::print("\n{}: {}\n", campaign.folder.path().string(), terms.scenario);
  if (terms.start)
    fmt::print("  {:<20}{} to {}\n", "from, to", write_instant(*terms.start),
               write_instant(*terms.start + bill.end_s));
  for (std::size_t i = 0; i < bill.clusters.size(); ++i) {
    const Site& site = terms.platform.clusters[i].site;
    const ClusterBill& used = bill.clusters[i];
    if (!(used.accrued.it > Joules{})) continue;
    fmt::print("  {:<20}{}: PUE {:.4g}, {:.4g} g/kWh ({}; {})\n", i == 0 ? "sites" : "", site.name,
               used.accrued.facility / used.accrued.it,
               (used.accrued.co2e / used.accrued.facility).base() * joules_per_kwh * 1000,
               site.intensity_words, describe(site.kind));
  }
  fmt::print("  {:<20}{} ({} of machines)\n", "energy", energy_in_words(kwh(bill.total.energy)),
             energy_in_words(kwh(bill.it_energy)));
  fmt::print("  {:<20}{}\n", "CO2e, operational", mass_in_words(bill.total.co2e.base()));
  fmt::print("  {:<20}{}\n", "CO2e, embodied",
             bill.counts_embodied ? mass_in_words(bill.total.held.embodied.base())
                                  : "not counted: the platform says nothing of it");
  if (bill.total.water_l > 0) fmt::print("  {:<20}{} L\n", "water", in_words(bill.total.water_l));
  fmt::print("  {:<20}{} {} accelerators, {} {} electricity, {} {} storage\n", "cost",
             in_words(bill.total.held.hire.base()), terms.currency, in_words(bill.total.electricity.base()),
             terms.currency, in_words(bill.storage.base()), terms.currency);
  const double both = bill.total.co2e.base() + bill.total.held.embodied.base();
  if (!campaign.outcome.statuses.empty())
    fmt::print("  {:<20}{} CO2e per trial, {} per search{}\n", "carbon intensity",
               mass_in_words(both / static_cast<double>(campaign.outcome.statuses.size())),
               mass_in_words(both), per_point(campaign.outcome, terms.metric, both));
  fmt::print("\n  {:<30}{:>12}{:>9}{:>14}{:>14}\n", "where it went", "energy", "", "CO2e", "electricity");
  const Choice choice = campaign.outcome.best_metric ? Choice::made : Choice::none;
  for (std::size_t i = 0; i < shares; ++i) {
    const ShareBill& share = bill.by_share[i];
    if (!(share.energy > Joules{})) continue;
    fmt::print("  {:<30}{:>12}{:>7.1f} %{:>14}{:>14}\n", in_words(static_cast<Share>(i), choice),
               energy_in_words(kwh(share.energy)), 100 * (share.energy / bill.total.energy),
               mass_in_words(share.co2e.base()),
               fmt::format("{:.4g} {}", share.electricity.base(), terms.currency));
  }
}

void print_methods(const Billed& billed, const std::vector<const Method*>& wanted) {
  std::vector<Account> accounts;
  for (const Method* method : wanted) accounts.push_back(account(*method, billed.terms, billed.bill));
  print_accounts(accounts);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    fmt::print("\n  {} ({})\n", wanted[i]->name, wanted[i]->source);
    fmt::print("{}{}{}", wrapped("counts", wanted[i]->counts), wrapped("leaves out", wanted[i]->leaves_out),
               wrapped("assumes", wanted[i]->assumes));
    for (const std::string& note : accounts[i].notes) fmt::print("{}", wrapped("note", note));
  }
  for (std::size_t i = 0; i < accounts.size(); ++i)
    for (std::size_t j = i + 1; j < accounts.size(); ++j) print_factors(accounts[i], accounts[j]);
}

void print_chain(const std::vector<Billed>& all, const std::vector<const Method*>& methods) {
  std::vector<Account> accounts;
  for (std::size_t i = 0; i < all.size(); ++i) {
    accounts.push_back(account(*methods[i], all[i].terms, all[i].bill));
    accounts.back().name = fmt::format("{} ({})", all[i].terms.scenario, methods[i]->name);
  }
  print_accounts(accounts);
  for (std::size_t i = 0; i + 1 < accounts.size(); ++i) print_factors(accounts[i], accounts[i + 1]);
  print_product(accounts);
}

void print_starts(const std::vector<StartCost>& starts) {
  const auto extremes = std::ranges::minmax_element(starts, {}, &StartCost::co2e_kg);
  const StartCost& best = *extremes.min;
  const StartCost& worst = *extremes.max;
  fmt::print("\n  of {} starts the best is {} ({}), the worst {} ({}){}\n",
             in_words(static_cast<double>(starts.size())), write_instant(best.start),
             mass_in_words(best.co2e_kg), write_instant(worst.start), mass_in_words(worst.co2e_kg),
             best.co2e_kg > 0 ? fmt::format(": {:.3g} times as much", worst.co2e_kg / best.co2e_kg) : "");
}

}  // namespace campaign_sim
