#include "analysis/bill/best_start.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "analysis/bill/load_pue.hpp"
#include "sim/core/calendar.hpp"

namespace campaign_sim {

namespace {

// What a machine's joule emits while a trace says so: the product where intensity and PUE both follow the
// calendar.
std::shared_ptr<const StepSeries> rate_over_time(const Site& site) {
  if (!site.pue_over_time) return site.intensity_over_time;
  if (site.intensity_over_time)
    return std::make_shared<StepSeries>(product(*site.pue_over_time, *site.intensity_over_time));
  std::vector<double> rates = site.pue_over_time->values();
  for (double& rate : rates) rate *= site.intensity.base();
  return std::make_shared<StepSeries>(site.pue_over_time->starts(), std::move(rates),
                                      site.pue_over_time->end());
}

std::vector<std::shared_ptr<const StepSeries>> rates_over_time(const BillTerms& terms) {
  std::vector<std::shared_ptr<const StepSeries>> rates;
  for (const ClusterSpec& cluster : terms.platform.clusters) rates.push_back(rate_over_time(cluster.site));
  return rates;
}

// Of rates of which one does.
std::size_t first_that_varies(const std::vector<std::shared_ptr<const StepSeries>>& rates) {
  return static_cast<std::size_t>(
      std::ranges::find_if(rates, [](const auto& one) { return one != nullptr; }) - rates.begin());
}

std::string site_in_words(const BillTerms& terms, std::size_t cluster) {
  const ClusterSpec& of = terms.platform.clusters[cluster];
  return fmt::format("cluster '{}' ({})", of.name, of.site.name);
}

double shortest_step(const StepSeries& series) {
  double step = series.end() - series.starts().back();
  for (std::size_t i = 0; i + 1 < series.starts().size(); ++i)
    step = std::min(step, series.starts()[i + 1] - series.starts()[i]);
  return step;
}

// The time that all traces cover; empty sides are infinite.
struct Span {
  double begin = -std::numeric_limits<double>::infinity();
  double end = std::numeric_limits<double>::infinity();
};
Span common_span(const BillTerms& terms) {
  Span span;
  for (const ClusterSpec& cluster : terms.platform.clusters) {
    const Site& site = cluster.site;
    for (const auto& series : {site.intensity_over_time, site.price_over_time, site.pue_over_time}) {
      if (!series) continue;
      span.begin = std::max(span.begin, series->begin());
      span.end = std::min(span.end, series->end());
    }
  }
  return span;
}

}  // namespace

EnergyProfile::EnergyProfile(const BillTerms& terms, double bin_s, double makespan_s)
    : clusters_{terms.platform.clusters}, bin_s_{bin_s} {
  const auto bins = static_cast<std::size_t>(std::ceil(makespan_s / bin_s)) + 1;
  bins_.resize(clusters_.size(), {std::vector<double>(bins), std::vector<double>(bins + 1)});
}

void EnergyProfile::add(const UseRow& row) {
  if (row.end_s <= row.start_s) return;
  const Site& site = clusters_[row.cluster].site;
  if (site.pue_by_load) {
    rows_.push_back(row);
    return;
  }
  const double power_w = row.energy_j / (row.end_s - row.start_s);
  bins_[row.cluster].add(site.pue_over_time ? power_w : power_w * site.pue, row.start_s, row.end_s, bin_s_);
}

void EnergyProfile::Bins::add(double power_w, double from_s, double to_s, double bin_s) {
  const double from = from_s / bin_s;
  const double to = to_s / bin_s;
  const auto first = static_cast<std::size_t>(from);
  const auto last = static_cast<std::size_t>(to);
  if (first == last) {
    joules[first] += power_w * (to_s - from_s);
    return;
  }
  joules[first] += power_w * (static_cast<double>(first + 1) - from) * bin_s;
  joules[last] += power_w * (to - static_cast<double>(last)) * bin_s;
  power_step[first + 1] += power_w;
  power_step[last] -= power_w;
}

std::vector<std::vector<double>> EnergyProfile::joules() const {
  std::vector<Bins> all = bins_;
  for (std::uint32_t i = 0; i < clusters_.size(); ++i) {
    if (!clusters_[i].site.pue_by_load) continue;
    for (const PowerStep& step : power_over_time(i, rows_)) {
      const double pue =
          clusters_[i].site.pue_by_load->at(step.power_w / clusters_[i].largest_power().base());
      all[i].add(step.power_w * pue, step.from_s, step.to_s, bin_s_);
    }
  }
  std::vector<std::vector<double>> joules;
  for (Bins& bins : all) {
    double power_w = 0;
    for (std::size_t bin = 0; bin < bins.joules.size(); ++bin) {
      power_w += bins.power_step[bin];
      bins.joules[bin] += power_w * bin_s_;
    }
    joules.push_back(std::move(bins.joules));
  }
  return joules;
}

double start_step_s(const BillTerms& terms) {
  double step = std::numeric_limits<double>::infinity();
  const auto rates = rates_over_time(terms);
  for (const auto& rate : rates)
    if (rate) step = std::min(step, shortest_step(*rate));
  if (!std::isfinite(step))
    throw BillError{
        "the start changes nothing: no site's intensity or PUE varies over time; give one a trace, such as "
        "--intensity de_2023.csv"};
  const std::size_t first = first_that_varies(rates);
  const double origin = rates[first]->begin();
  for (std::size_t i = 0; i < rates.size(); ++i) {
    if (!rates[i]) continue;
    for (const double start : rates[i]->starts()) {
      const double steps = (start - origin) / step;
      if (std::abs(steps - std::round(steps)) > 1e-6)
        throw BillError{fmt::format(
            "the traces of intensity and PUE do not step together: that of {} changes at {}, which is no "
            "whole number of steps of {} s after {}, where that of {} begins; bring them to one resolution",
            site_in_words(terms, i), write_instant(start), step, write_instant(origin),
            site_in_words(terms, first))};
    }
  }
  return step;
}

std::vector<StartCost> co2e_by_start(const BillTerms& terms, const EnergyProfile& profile, double bin_s,
                                     double makespan_s) {
  const auto [span_begin, end] = common_span(terms);
  const auto rates = rates_over_time(terms);
  // The first step that all traces cover; what electricity costs then may change at other times.
  const double origin = rates[first_that_varies(rates)]->begin();
  const double begin = origin + std::ceil((span_begin - origin) / bin_s - 1e-9) * bin_s;
  const auto energy = profile.joules();
  std::vector<StartCost> costs;
  for (std::size_t shift = 0;; ++shift) {
    const double start = begin + static_cast<double>(shift) * bin_s;
    if (start + makespan_s > end) break;
    double kg = 0;
    for (std::size_t i = 0; i < energy.size(); ++i) {
      const double constant = terms.platform.clusters[i].site.intensity.base();
      for (std::size_t bin = 0; bin < energy[i].size(); ++bin) {
        if (energy[i][bin] == 0) continue;
        const double from = start + static_cast<double>(bin) * bin_s;  // rates do not change within a bin
        kg += energy[i][bin] * (rates[i] ? rates[i]->at(std::min(from + bin_s / 2, end)) : constant);
      }
    }
    costs.push_back({start, kg});
  }
  if (costs.empty())
    throw BillError{
        fmt::format("the campaign of {:.1f} h is longer than its traces, which have {} to {} in common",
                    makespan_s / 3600, write_instant(span_begin), write_instant(end))};
  return costs;
}

}  // namespace campaign_sim
