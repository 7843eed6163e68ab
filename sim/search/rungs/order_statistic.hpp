// The k smallest of a growing collection, and the border between them and the rest, at the cost of a heap
// operation for each value that arrives.
//
// Every rung, median and percentile rule asks "where is the border now?" after each report. Sorting what
// came so far would cost more with each trial; here a report costs O(log n) for any rule whose k moves by
// little when one value is added.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "sim/core/expect.hpp"

namespace campaign_sim {

template <class Key>
class OrderStatistic {
 public:
  // Adds a value; from then on the low side holds the `low_size` smallest.
  void insert(const Key& key, std::size_t low_size) {
    if (!low_.empty() && key < low_.front())
      push(low_, key, std::less<>{});
    else
      push(high_, key, std::greater<>{});
    CS_EXPECT(low_size <= size());
    while (low_.size() < low_size) push(low_, pop(high_, std::greater<>{}), std::less<>{});
    while (low_.size() > low_size) push(high_, pop(low_, std::less<>{}), std::greater<>{});
  }

  std::size_t size() const { return low_.size() + high_.size(); }
  std::size_t low_size() const { return low_.size(); }
  // The largest of the low side; it must not be empty.
  const Key& low_border() const { return low_.front(); }
  // The smallest of the rest; it must not be empty.
  const Key& high_border() const { return high_.front(); }

 private:
  template <class Order>
  static void push(std::vector<Key>& heap, const Key& key, Order order) {
    heap.push_back(key);
    std::push_heap(heap.begin(), heap.end(), order);
  }
  template <class Order>
  static Key pop(std::vector<Key>& heap, Order order) {
    std::pop_heap(heap.begin(), heap.end(), order);
    const Key key = heap.back();
    heap.pop_back();
    return key;
  }

  std::vector<Key> low_;   // a heap with the largest in front
  std::vector<Key> high_;  // a heap with the smallest in front
};

// A loss as rules rank it: what is not finite comes last.
inline double rankable(double loss) {
  return std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity();
}

// One quantile of a growing collection, with linear interpolation between the two nearest values
// (definition 7 of Hyndman & Fan, "Sample quantiles in statistical packages", 1996; numpy's default). The
// floating-point steps are numpy's, because rules compare a member of the collection with the result.
class RunningQuantile {
 public:
  explicit RunningQuantile(double probability) : probability_{probability} {}

  void insert(double value) {
    const double position = static_cast<double>(values_.size()) * probability_;
    values_.insert(value, static_cast<std::size_t>(position) + 1);
    fraction_ = position - std::floor(position);
  }
  std::size_t size() const { return values_.size(); }
  // nan where there is no value yet.
  double value() const {
    if (values_.size() == 0) return std::numeric_limits<double>::quiet_NaN();
    const double low = values_.low_border();
    if (values_.low_size() == values_.size() || fraction_ == 0) return low;
    const double high = values_.high_border();
    if (std::isinf(high)) return high;
    const double difference = high - low;
    return fraction_ < 0.5 ? low + difference * fraction_ : high - difference * (1 - fraction_);
  }

 private:
  double probability_;
  double fraction_ = 0;
  OrderStatistic<double> values_;
};

}  // namespace campaign_sim
