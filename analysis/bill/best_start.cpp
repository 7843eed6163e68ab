#include "analysis/bill/best_start.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/calendar.hpp"

namespace campaign_sim {

EnergyProfile::EnergyProfile(const BillTerms& terms, double bin_s, double makespan_s) : bin_s_{bin_s} {
  const auto bins = static_cast<std::size_t>(std::ceil(makespan_s / bin_s)) + 1;
  for (const ClusterSpec& cluster : terms.platform.clusters) {
    pue_.push_back(cluster.site.pue);
    joules_.emplace_back(bins);
    power_step_.emplace_back(bins + 1);
  }
}

void EnergyProfile::add(const UseRow& row) {
  if (row.end_s <= row.start_s) return;
  const double power_w = row.energy_j / (row.end_s - row.start_s);
  const double from = row.start_s / bin_s_;
  const double to = row.end_s / bin_s_;
  const auto first = static_cast<std::size_t>(from);
  const auto last = static_cast<std::size_t>(to);
  std::vector<double>& joules = joules_[row.cluster];
  if (first == last) {
    joules[first] += row.energy_j;
    return;
  }
  joules[first] += power_w * (static_cast<double>(first + 1) - from) * bin_s_;
  joules[last] += power_w * (to - static_cast<double>(last)) * bin_s_;
  power_step_[row.cluster][first + 1] += power_w;
  power_step_[row.cluster][last] -= power_w;
}

std::vector<std::vector<double>> EnergyProfile::facility_j() const {
  std::vector<std::vector<double>> all = joules_;
  for (std::size_t i = 0; i < all.size(); ++i) {
    double power_w = 0;
    for (std::size_t bin = 0; bin < all[i].size(); ++bin) {
      power_w += power_step_[i][bin];
      all[i][bin] = (all[i][bin] + power_w * bin_s_) * pue_[i];
    }
  }
  return all;
}

double start_step_s(const BillTerms& terms) {
  double step = std::numeric_limits<double>::infinity();
  for (const ClusterSpec& cluster : terms.platform.clusters) {
    const auto& series = cluster.site.intensity_over_time;
    if (!series) continue;
    step = std::min(step, series->end() - series->starts().back());
    for (std::size_t i = 0; i + 1 < series->starts().size(); ++i)
      step = std::min(step, series->starts()[i + 1] - series->starts()[i]);
  }
  if (!std::isfinite(step))
    throw BillError{
        "the start changes nothing: no site's intensity varies over time; give one a trace, such as "
        "--intensity de_2023.csv"};
  return step;
}

std::vector<StartCost> co2e_by_start(const BillTerms& terms, const EnergyProfile& profile, double bin_s,
                                     double makespan_s) {
  double begin = -std::numeric_limits<double>::infinity();
  double end = std::numeric_limits<double>::infinity();
  for (const ClusterSpec& cluster : terms.platform.clusters) {
    const Site& site = cluster.site;
    if (site.pue_over_time || site.pue_by_load)
      throw BillError{fmt::format(
          "the PUE at {} varies; starts are compared under a constant one: give --pue", site.name)};
    for (const auto& series : {site.intensity_over_time, site.price_over_time}) {
      if (!series) continue;
      begin = std::max(begin, series->begin());
      end = std::min(end, series->end());
    }
  }
  const auto energy = profile.facility_j();
  std::vector<StartCost> costs;
  for (std::size_t shift = 0;; ++shift) {
    const double start = begin + static_cast<double>(shift) * bin_s;
    if (start + makespan_s > end) break;
    double kg = 0;
    for (std::size_t i = 0; i < energy.size(); ++i) {
      const Site& site = terms.platform.clusters[i].site;
      const StepSeries* series = site.intensity_over_time.get();
      for (std::size_t bin = 0; bin < energy[i].size(); ++bin) {
        if (energy[i][bin] == 0) continue;
        const double from = start + static_cast<double>(bin) * bin_s;
        const double to = std::min({from + bin_s, end, start + makespan_s});
        const double rate = !series     ? site.intensity.base()
                            : to > from ? series->integral(from, to) / (to - from)
                                        : series->at(from);
        kg += energy[i][bin] * rate;
      }
    }
    costs.push_back({start, kg});
  }
  if (costs.empty())
    throw BillError{
        fmt::format("the campaign of {:.1f} h is longer than its traces, which have {} to {} in common",
                    makespan_s / 3600, write_instant(begin), write_instant(end))};
  return costs;
}

}  // namespace campaign_sim
