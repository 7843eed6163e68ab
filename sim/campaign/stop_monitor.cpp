#include "sim/campaign/stop_monitor.hpp"

#include <algorithm>
#include <limits>

namespace campaign_sim {

namespace {

// In one second, with every machine at its largest power.
EnergyBill largest_per_second(const Scenario& scenario, const std::vector<SiteRates>& rates) {
  EnergyBill most;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const ClusterSpec& cluster = scenario.platform.clusters[i];
    most += bill_energy(cluster.largest_power() * 1.0_s, rates[i]);
  }
  return most;
}

}  // namespace

StopMonitor::StopMonitor(const Scenario& scenario, const Expenses& expenses,
                         std::function<std::vector<Joules>()> joules_by_cluster)
    : scenario_{scenario},
      expenses_{expenses},
      rates_{site_rates(scenario.platform)},
      most_per_second_{largest_per_second(scenario, rates_)},
      joules_by_cluster_{std::move(joules_by_cluster)} {
  if (const auto& rule = scenario.stop.gain_per_kwh) gain_.emplace(rule->least, rule->window);
  const auto& clusters = scenario.platform.clusters;
  if (std::ranges::none_of(clusters, [](const ClusterSpec& cluster) { return cluster.site.varies(); }))
    return;
  for (const ClusterSpec& cluster : clusters) accounts_.emplace_back(cluster.site, scenario.start);
  read_.resize(clusters.size());
}

EnergyBill StopMonitor::spent_where_rates_vary(const std::vector<Joules>& joules, Seconds now) {
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    const Accrued accrued = accounts_[i].of(joules[i] - read_[i], read_at_, now);
    so_far_ += {accrued.it, accrued.facility, accrued.co2e, accrued.electricity};
  }
  read_ = joules;
  read_at_ = now;
  return so_far_;
}

std::string_view StopMonitor::met(const CampaignState& state) {
  const StopRules& stop = scenario_.stop;
  if (stop.resource && state.resource >= *stop.resource) return "resource";
  if (stop.time && state.now >= *stop.time) return "time";
  if (stop.target && state.best_loss <= scenario_.objective.loss(*stop.target)) return "target";
  if (stop.no_improvement && state.rested - state.rested_at_best >= *stop.no_improvement)
    return "no_improvement";
  if ((stop.energy || stop.co2e || stop.cost) && spent(state)) return spent_;
  if (gain_ && gains_too_little(state)) return "gain_per_kwh";
  return {};
}

EnergyBill StopMonitor::energy_so_far(Seconds now) {
  const std::vector<Joules> joules = joules_by_cluster_();
  if (!accounts_.empty()) return spent_where_rates_vary(joules, now);
  EnergyBill bill;
  for (std::size_t i = 0; i < rates_.size(); ++i) bill += bill_energy(joules[i], rates_[i]);
  return bill;
}

bool StopMonitor::gains_too_little(const CampaignState& state) {
  const bool improved = state.best_loss < best_loss_;
  if (!improved && state.now < gain_reading_) return false;
  const Joules energy = energy_so_far(state.now).facility_energy;
  if (improved) {
    best_loss_ = state.best_loss;
    gain_->improved(best_loss_, energy);
  }
  if (energy >= gain_->due()) return true;
  // As below: the machines need at least so long to draw what is left.
  const Watts most = most_per_second_.facility_energy / 1.0_s;
  const double wait_s =
      most > Watts{} ? (gain_->due() - energy) / most / 1.0_s : std::numeric_limits<double>::infinity();
  gain_reading_ = state.now + Seconds{wait_s};
  return false;
}

Spent StopMonitor::spent_until(const CampaignState& state) {
  const EnergyBill energy = energy_so_far(state.now);
  return {energy.facility_energy, energy.co2e, energy.electricity + expenses_.until(state.now)};
}

bool StopMonitor::spent(const CampaignState& state) {
  if (!spent_.empty()) return true;
  if (state.now < next_reading_) return false;

  const Spent so_far = spent_until(state);
  // No rule can be met before the machines, at their largest power, have spent what is left of it.
  double earliest_s = std::numeric_limits<double>::infinity();
  const auto check = [&](std::string_view rule, const auto& limit, auto spent_now, auto most_per_second) {
    if (!limit) return;
    if (spent_now >= *limit) spent_ = rule;
    if (most_per_second.base() > 0) earliest_s = std::min(earliest_s, (*limit - spent_now) / most_per_second);
  };
  check("energy", scenario_.stop.energy, so_far.facility_energy, most_per_second_.facility_energy);
  check("co2e", scenario_.stop.co2e, so_far.co2e, most_per_second_.co2e);
  check("cost", scenario_.stop.cost, so_far.cost,
        most_per_second_.electricity + expenses_.largest_per_second());
  // What varies or jumps has no largest rate to wait for; a minute's error in a budget is none.
  constexpr double between_readings_s = 60;
  next_reading_ =
      state.now + Seconds{accounts_.empty() && expenses_.is_steady() ? earliest_s : between_readings_s};
  return !spent_.empty();
}

}  // namespace campaign_sim
