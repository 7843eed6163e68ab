// The order of numbers by value, equal ones in the order in which a particular quicksort leaves them.
//
// Optuna's Parzen estimator sorts with NumPy's argsort, which is not stable; on a grid, where observations
// repeat, the order of equal ones decides which of them gets the wide kernel. HpBandSter sorts losses so, and
// the order of equal ones (failed trials, say) decides which count as good. The rule is NumPy's default (1.x,
// without vector instructions): median of three, parts of up to 16 numbers by insertion. Sedgewick,
// "Implementing quicksort programs", CACM 21 (1978). NumPy's fall-back to heapsort for bad inputs is left
// out.
#pragma once

#include <cstddef>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace campaign_sim {

inline std::vector<std::size_t> quick_order(std::span<const double> values) {
  constexpr std::size_t most_by_insertion = 16;
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto less = [&](std::size_t a, std::size_t b) { return values[order[a]] < values[order[b]]; };
  const auto swap = [&](std::size_t a, std::size_t b) { std::swap(order[a], order[b]); };
  std::vector<std::pair<std::size_t, std::size_t>> parts;  // first and last, both included
  if (!order.empty()) parts.emplace_back(0, order.size() - 1);
  while (!parts.empty()) {
    const auto [first, last] = parts.back();
    parts.pop_back();
    if (last - first < most_by_insertion) {
      for (std::size_t i = first + 1; i <= last; ++i)
        for (std::size_t k = i; k > first && less(k, k - 1); --k) swap(k, k - 1);
      continue;
    }
    const std::size_t middle = first + (last - first) / 2;
    if (less(middle, first)) swap(middle, first);
    if (less(last, middle)) swap(last, middle);
    if (less(middle, first)) swap(middle, first);
    const double pivot = values[order[middle]];
    std::size_t i = first;
    std::size_t j = last - 1;
    swap(middle, j);
    for (;;) {
      do ++i;
      while (values[order[i]] < pivot);
      do --j;
      while (pivot < values[order[j]]);
      if (i >= j) break;
      swap(i, j);
    }
    swap(i, last - 1);
    if (i > first + 1) parts.emplace_back(first, i - 1);
    if (i + 1 < last) parts.emplace_back(i + 1, last);
  }
  return order;
}

}  // namespace campaign_sim
