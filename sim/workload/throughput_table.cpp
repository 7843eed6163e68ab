#include "sim/workload/throughput_table.hpp"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "sim/core/expect.hpp"

namespace campaign_sim {

namespace {

using Point = ThroughputTable::Point;

// The recorded neighbours of a value, the same one twice where it was recorded itself.
template <class Map>
auto neighbours(const Map& map, double value) {
  const auto above = map.lower_bound(value);
  CS_EXPECT(above != map.end());
  const auto below = above->first == value ? above : std::prev(above);
  return std::pair{below, above};
}

template <class Map>
bool covers(const Map& map, double value) {
  return map.contains(ThroughputTable::any) || (map.begin()->first <= value && value <= map.rbegin()->first);
}

Point between(double at, double low, const Point& at_low, double high, const Point& at_high) {
  if (!at_low || !at_high) return std::nullopt;
  if (low == high) return at_low;
  const double share = std::log(at / low) / std::log(high / low);
  return Seconds{at_low->base() * std::pow(at_high->base() / at_low->base(), share)};
}

Point at_batch(const std::map<double, Point>& points, double batch) {
  if (points.contains(ThroughputTable::any)) return points.at(ThroughputTable::any);
  const auto [below, above] = neighbours(points, batch);
  return between(batch, below->first, below->second, above->first, above->second);
}

}  // namespace

bool ThroughputTable::add(const std::string& accelerator, double count, double batch, Point point) {
  return rows_[accelerator][count].emplace(batch, point).second;
}

std::string ThroughputTable::names() const {
  std::vector<std::string> names;
  for (const auto& [name, rows] : rows_) names.push_back(name);
  return fmt::format("{}", fmt::join(names, ", "));
}

const ThroughputTable::ByCount* ThroughputTable::rows_of(std::string_view accelerator) const {
  auto rows = rows_.find(accelerator);
  if (rows == rows_.end()) rows = rows_.find(std::string_view{});
  return rows == rows_.end() ? nullptr : &rows->second;
}

std::string ThroughputTable::gap(const TimedStep& step, const Device& device) const {
  const ByCount* counts = rows_of(device.name);
  if (!counts)
    return fmt::format(
        "no speed is recorded for {} (there are speeds for {}); record it, or say with 'names' which of them "
        "it is",
        device.name, names());
  const auto nothing_for = [&](const std::string& what) {
    return fmt::format("nothing is recorded on {} for {}; record it, or stay in that range", device.name,
                       what);
  };
  if (!covers(*counts, step.accelerators))
    return nothing_for(fmt::format("{} accelerators, and it has {:g} to {:g}", step.accelerators,
                                   counts->begin()->first, counts->rbegin()->first));
  const auto check = [&](const auto& at_count) -> std::string {
    const ByBatch& batches = at_count.second;
    if (covers(batches, step.batch)) return {};
    const std::string on = at_count.first == any ? "" : fmt::format(" on {:g} accelerators", at_count.first);
    return nothing_for(fmt::format("a batch of {:g}{}, and it has {:g} to {:g}", step.batch, on,
                                   batches.begin()->first, batches.rbegin()->first));
  };
  if (counts->contains(any)) return check(*counts->find(any));
  const auto [below, above] = neighbours(*counts, step.accelerators);
  std::string at_below = check(*below);
  return at_below.empty() ? check(*above) : at_below;
}

Point ThroughputTable::step_time(const TimedStep& step, const Device& device) const {
  const ByCount* counts = rows_of(device.name);
  CS_EXPECT(counts);
  if (counts->contains(any)) return at_batch(counts->at(any), step.batch);
  const auto [below, above] = neighbours(*counts, step.accelerators);
  return between(step.accelerators, below->first, at_batch(below->second, step.batch), above->first,
                 at_batch(above->second, step.batch));
}

}  // namespace campaign_sim
