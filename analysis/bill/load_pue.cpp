#include "analysis/bill/load_pue.hpp"

#include <algorithm>
#include <vector>

#include "sim/core/compensated_sum.hpp"

namespace campaign_sim {

std::vector<PowerStep> power_over_time(std::uint32_t cluster, std::span<const UseRow> rows) {
  std::vector<std::pair<double, double>> changes;  // of power, at a time
  for (const UseRow& row : rows) {
    if (row.cluster != cluster || row.end_s <= row.start_s) continue;
    const double power_w = row.energy_j / (row.end_s - row.start_s);
    changes.emplace_back(row.start_s, power_w);
    changes.emplace_back(row.end_s, -power_w);
  }
  std::ranges::stable_sort(changes, {}, &std::pair<double, double>::first);
  std::vector<PowerStep> steps;
  CompensatedSum power_w;
  for (std::size_t at = 0; at < changes.size();) {
    const double time = changes[at].first;
    for (; at < changes.size() && changes[at].first == time; ++at) power_w.add(changes[at].second);
    if (at < changes.size()) steps.push_back({time, changes[at].first, power_w.value()});
  }
  return steps;
}

std::optional<StepSeries> pue_by_load(const ClusterSpec& cluster, std::uint32_t number,
                                      std::span<const UseRow> rows) {
  const std::vector<PowerStep> power = power_over_time(number, rows);
  if (power.empty()) return std::nullopt;
  const double largest_w = cluster.largest_power().base();
  std::vector<double> starts;
  std::vector<double> pue;
  for (const PowerStep& step : power) {
    starts.push_back(step.from_s);
    pue.push_back(cluster.site.pue_by_load->at(step.power_w / largest_w));
  }
  return StepSeries{std::move(starts), std::move(pue), power.back().to_s};
}

}  // namespace campaign_sim
