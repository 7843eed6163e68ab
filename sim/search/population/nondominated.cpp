#include "sim/search/population/nondominated.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace campaign_sim {

bool dominates(const Objectives& a, const Objectives& b) {
  if (!std::isfinite(a.loss)) return false;
  if (!std::isfinite(b.loss)) return true;
  return a.loss <= b.loss && a.energy <= b.energy && (a.loss < b.loss || a.energy < b.energy);
}

std::vector<std::size_t> front_of_each(std::span<const Objectives> all) {
  std::vector<std::size_t> fronts(all.size(), 0);
  std::vector<std::size_t> dominators(all.size(), 0);
  std::vector<std::vector<std::size_t>> dominated(all.size());
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < all.size(); ++j) {
      if (dominates(all[i], all[j])) dominated[i].push_back(j);
      if (dominates(all[j], all[i])) ++dominators[i];
    }
    if (dominators[i] == 0) front.push_back(i);
  }
  for (std::size_t number = 0; !front.empty(); ++number) {
    std::vector<std::size_t> next;
    for (const std::size_t i : front) {
      fronts[i] = number;
      for (const std::size_t j : dominated[i])
        if (--dominators[j] == 0) next.push_back(j);
    }
    front = std::move(next);
  }
  return fronts;
}

std::vector<double> crowding_distances(std::span<const Objectives> front) {
  std::vector<double> distances(front.size(), 0);
  if (front.empty()) return distances;
  for (const auto objective : {&Objectives::loss, &Objectives::energy}) {
    std::vector<std::size_t> order(front.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto value = [&](std::size_t i) {
      return std::isfinite(front[i].*objective) ? front[i].*objective : std::numeric_limits<double>::max();
    };
    std::ranges::stable_sort(order, {}, value);
    const double range = value(order.back()) - value(order.front());
    distances[order.front()] = distances[order.back()] = std::numeric_limits<double>::infinity();
    if (!(range > 0)) continue;
    for (std::size_t k = 1; k + 1 < order.size(); ++k)
      distances[order[k]] += (value(order[k + 1]) - value(order[k - 1])) / range;
  }
  return distances;
}

}  // namespace campaign_sim
