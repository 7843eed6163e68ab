// A quantity that changes in steps: each value holds from its instant to the next. What grids, markets and
// tariffs publish is of this kind, and its integral is exact: no sampling.
#pragma once

#include <cstddef>
#include <vector>

namespace campaign_sim {

class StepSeries {
 public:
  // Value i holds from starts[i] to starts[i + 1], the last one to `end`. Starts ascend strictly.
  StepSeries(std::vector<double> starts, std::vector<double> values, double end);

  double begin() const { return starts_.front(); }
  double end() const { return end_; }
  std::size_t steps() const { return values_.size(); }
  const std::vector<double>& starts() const { return starts_; }
  const std::vector<double>& values() const { return values_; }

  bool covers(double from, double to) const { return from >= begin() && to <= end_; }
  // The value at an instant inside [begin, end]; outside, the nearest.
  double at(double instant) const;
  // The integral over [from, to], which must be covered. Within one step it is value times length, so that a
  // short interval late in a long series loses nothing to cancellation.
  double integral(double from, double to) const;
  double mean() const { return integral(begin(), end_) / (end_ - begin()); }
  double largest() const;

 private:
  std::size_t step_at(double instant) const;

  std::vector<double> starts_;
  std::vector<double> values_;
  std::vector<double> before_;  // integral over the steps before each one
  double end_;
  double even_step_ = 0;  // length of every step, where they are all alike
};

// The product of two series over the time that both cover, which must not be empty.
StepSeries product(const StepSeries& a, const StepSeries& b);

}  // namespace campaign_sim
