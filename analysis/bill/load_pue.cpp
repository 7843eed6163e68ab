#include "analysis/bill/load_pue.hpp"

#include <algorithm>
#include <vector>

#include "sim/core/compensated_sum.hpp"

namespace campaign_sim {

std::optional<StepSeries> pue_by_load(const ClusterSpec& cluster, std::uint32_t number,
                                      std::span<const UseRow> rows) {
  std::vector<std::pair<double, double>> changes;  // of power, at a time
  for (const UseRow& row : rows) {
    if (row.cluster != number || row.end_s <= row.start_s) continue;
    const double power_w = row.energy_j / (row.end_s - row.start_s);
    changes.emplace_back(row.start_s, power_w);
    changes.emplace_back(row.end_s, -power_w);
  }
  if (changes.empty()) return std::nullopt;
  std::ranges::stable_sort(changes, {}, &std::pair<double, double>::first);
  const double largest_w = cluster.largest_power().base();
  std::vector<double> starts;
  std::vector<double> pue;
  CompensatedSum power_w;
  for (std::size_t at = 0; at < changes.size();) {
    const double time = changes[at].first;
    for (; at < changes.size() && changes[at].first == time; ++at) power_w.add(changes[at].second);
    if (at == changes.size()) break;
    starts.push_back(time);
    pue.push_back(cluster.site.pue_by_load->at(power_w.value() / largest_w));
  }
  const double end = changes.back().first;
  return StepSeries{std::move(starts), std::move(pue), end};
}

}  // namespace campaign_sim
