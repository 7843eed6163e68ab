#include "analysis/statistics/pareto.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "sim/core/expect.hpp"

namespace campaign_sim::statistics {

namespace {

// `points` ascend in the objective before `dimensions`, below the reference in every one.
double volume_below(std::vector<Point> points, const Point& reference, std::size_t dimensions) {
  const std::size_t last = dimensions - 1;
  std::ranges::sort(points, {}, [&](const Point& point) { return point[last]; });
  if (dimensions == 1) return points.empty() ? 0 : reference[0] - points.front()[0];
  double volume = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double end = i + 1 < points.size() ? points[i + 1][last] : reference[last];
    if (end <= points[i][last]) continue;
    const std::vector<Point> slice(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    volume += (end - points[i][last]) * volume_below(slice, reference, last);
  }
  return volume;
}

}  // namespace

bool dominates(const Point& a, const Point& b) {
  CS_EXPECT(a.size() == b.size());
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

std::vector<std::size_t> pareto_ranks(std::span<const Point> points) {
  constexpr std::size_t unranked = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> ranks(points.size(), unranked);
  std::size_t left = points.size();
  for (std::size_t rank = 0; left > 0; ++rank) {
    std::vector<std::size_t> front;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (ranks[i] != unranked) continue;
      bool dominated = false;
      for (std::size_t j = 0; j < points.size() && !dominated; ++j)
        dominated = ranks[j] == unranked && dominates(points[j], points[i]);
      if (!dominated) front.push_back(i);
    }
    for (const std::size_t i : front) ranks[i] = rank;
    left -= front.size();
  }
  return ranks;
}

std::vector<std::size_t> pareto_front(std::span<const Point> points) {
  const std::vector<std::size_t> ranks = pareto_ranks(points);
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < ranks.size(); ++i)
    if (ranks[i] == 0) front.push_back(i);
  return front;
}

double hypervolume(std::span<const Point> points, const Point& reference) {
  std::vector<Point> inside;
  for (const std::size_t i : pareto_front(points)) {
    bool below = true;
    for (std::size_t d = 0; d < reference.size(); ++d) below = below && points[i][d] < reference[d];
    if (below) inside.push_back(points[i]);
  }
  return inside.empty() ? 0 : volume_below(std::move(inside), reference, reference.size());
}

std::vector<double> crowding_distances(std::span<const Point> front) {
  std::vector<double> distances(front.size());
  if (front.empty()) return distances;
  constexpr double infinite = std::numeric_limits<double>::infinity();
  const std::size_t dimensions = front.front().size();
  for (std::size_t d = 0; d < dimensions; ++d) {
    std::vector<std::size_t> order(front.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return front[i][d]; });
    const double range = front[order.back()][d] - front[order.front()][d];
    distances[order.front()] = distances[order.back()] = infinite;
    if (range == 0) continue;
    for (std::size_t i = 1; i + 1 < order.size(); ++i)
      distances[order[i]] +=
          (front[order[i + 1]][d] - front[order[i - 1]][d]) / (range * static_cast<double>(dimensions));
  }
  return distances;
}

}  // namespace campaign_sim::statistics
