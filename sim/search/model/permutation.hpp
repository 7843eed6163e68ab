// A random order of 0 … n-1 (Fisher and Yates; Knuth, TAOCP 2, algorithm P), from draws that are looked up.
#pragma once

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "sim/core/random.hpp"

namespace campaign_sim {

// Uses the draws first_index … first_index + n - 1.
inline std::vector<std::uint64_t> random_permutation(std::uint64_t n, const RandomStream& draws,
                                                     std::uint64_t first_index) {
  std::vector<std::uint64_t> order(n);
  std::iota(order.begin(), order.end(), std::uint64_t{0});
  for (std::uint64_t i = n; i > 1; --i) std::swap(order[i - 1], order[draws.below(i, first_index + i - 1)]);
  return order;
}

}  // namespace campaign_sim
