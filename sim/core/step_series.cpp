#include "sim/core/step_series.hpp"

#include <algorithm>

#include "sim/core/compensated_sum.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim {

StepSeries::StepSeries(std::vector<double> starts, std::vector<double> values, double end)
    : starts_{std::move(starts)}, values_{std::move(values)}, end_{end} {
  CS_EXPECT(!starts_.empty() && starts_.size() == values_.size() && end_ > starts_.back());
  even_step_ = starts_.size() > 1 ? starts_[1] - starts_[0] : 0;
  CompensatedSum sum;
  for (std::size_t i = 0; i < starts_.size(); ++i) {
    const double next = i + 1 < starts_.size() ? starts_[i + 1] : end_;
    CS_EXPECT(next > starts_[i]);
    if (next - starts_[i] != even_step_) even_step_ = 0;
    before_.push_back(sum.value());
    sum.add(values_[i] * (next - starts_[i]));
  }
}

std::size_t StepSeries::step_at(double instant) const {
  if (instant <= starts_.front()) return 0;
  if (even_step_ > 0) {
    const auto guess = static_cast<std::size_t>((instant - starts_.front()) / even_step_);
    std::size_t step = std::min(guess, starts_.size() - 1);
    if (starts_[step] > instant) --step;  // the division rounded up
    if (step + 1 < starts_.size() && starts_[step + 1] <= instant) ++step;
    return step;
  }
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), instant);
  return static_cast<std::size_t>(after - starts_.begin()) - 1;
}

double StepSeries::at(double instant) const { return values_[step_at(instant)]; }

double StepSeries::integral(double from, double to) const {
  CS_EXPECT(from <= to && covers(from, to));
  const std::size_t first = step_at(from);
  const std::size_t last = step_at(to);
  if (first == last) return values_[first] * (to - from);
  const double head = values_[first] * (starts_[first + 1] - from);
  const double whole = before_[last] - before_[first + 1];
  const double tail = values_[last] * (to - starts_[last]);
  return head + whole + tail;
}

double StepSeries::largest() const { return *std::max_element(values_.begin(), values_.end()); }

StepSeries product(const StepSeries& a, const StepSeries& b) {
  const double begin = std::max(a.begin(), b.begin());
  const double end = std::min(a.end(), b.end());
  CS_EXPECT(begin < end);
  std::vector<double> starts{begin};
  for (const StepSeries* series : {&a, &b})
    for (const double start : series->starts())
      if (start > begin && start < end) starts.push_back(start);
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  std::vector<double> values;
  values.reserve(starts.size());
  for (const double start : starts) values.push_back(a.at(start) * b.at(start));
  return {std::move(starts), std::move(values), end};
}

}  // namespace campaign_sim
