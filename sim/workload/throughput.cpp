#include "sim/workload/throughput.hpp"

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

bool ThroughputTable::has(std::string_view accelerator) const {
  return rows_.contains(accelerator) || rows_.contains(std::string_view{});
}

const ThroughputTable::ByCount& ThroughputTable::rows_of(std::string_view accelerator) const {
  const auto own = rows_.find(accelerator);
  return own == rows_.end() ? rows_.find(std::string_view{})->second : own->second;
}

std::string ThroughputTable::gap(std::string_view accelerator, double count, double batch) const {
  const ByCount& counts = rows_of(accelerator);
  if (!covers(counts, count))
    return fmt::format("{} accelerators, and it has {:g} to {:g}", count, counts.begin()->first,
                       counts.rbegin()->first);
  const auto check = [&](const auto& at_count) -> std::string {
    const ByBatch& batches = at_count.second;
    if (covers(batches, batch)) return {};
    const std::string on = at_count.first == any ? "" : fmt::format(" on {:g} accelerators", at_count.first);
    return fmt::format("a batch of {:g}{}, and it has {:g} to {:g}", batch, on, batches.begin()->first,
                       batches.rbegin()->first);
  };
  if (counts.contains(any)) return check(*counts.find(any));
  const auto [below, above] = neighbours(counts, count);
  std::string at_below = check(*below);
  return at_below.empty() ? check(*above) : at_below;
}

Point ThroughputTable::step_time(std::string_view accelerator, double count, double batch) const {
  const ByCount& counts = rows_of(accelerator);
  if (counts.contains(any)) return at_batch(counts.at(any), batch);
  const auto [below, above] = neighbours(counts, count);
  return between(count, below->first, at_batch(below->second, batch), above->first,
                 at_batch(above->second, batch));
}

}  // namespace campaign_sim
