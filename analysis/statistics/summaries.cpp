#include "analysis/statistics/summaries.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/core/expect.hpp"

namespace campaign_sim::statistics {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

std::vector<double> sorted(std::span<const double> sample) {
  std::vector<double> values(sample.begin(), sample.end());
  std::ranges::sort(values);
  return values;
}

}  // namespace

double mean(std::span<const double> sample) {
  CS_EXPECT(!sample.empty());
  return std::accumulate(sample.begin(), sample.end(), 0.0) / static_cast<double>(sample.size());
}

double standard_deviation(std::span<const double> sample) {
  if (sample.size() < 2) return unknown;
  const double middle = mean(sample);
  double squares = 0;
  for (const double value : sample) squares += (value - middle) * (value - middle);
  return std::sqrt(squares / static_cast<double>(sample.size() - 1));
}

double standard_error(std::span<const double> sample) {
  return standard_deviation(sample) / std::sqrt(static_cast<double>(sample.size()));
}

double quantile(std::span<const double> sample, double probability) {
  CS_EXPECT(!sample.empty() && probability >= 0 && probability <= 1);
  const std::vector<double> values = sorted(sample);
  const double place = probability * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const double part = place - static_cast<double>(below);
  // 0 of infinity is not a number: what the place falls on counts alone.
  return part > 0 ? std::lerp(values[below], values[below + 1], part) : values[below];
}

double median(std::span<const double> sample) { return quantile(sample, 0.5); }

double interquartile_mean(std::span<const double> sample) {
  const std::vector<double> values = sorted(sample);
  const std::size_t cut = values.size() / 4;
  return mean(std::span{values}.subspan(cut, values.size() - 2 * cut));
}

Interval t_interval(std::span<const double> sample, double confidence) {
  if (sample.size() < 2) return {unknown, unknown};
  const boost::math::students_t t{static_cast<double>(sample.size() - 1)};
  const double reach = boost::math::quantile(t, 0.5 + confidence / 2) * standard_error(sample);
  return {mean(sample) - reach, mean(sample) + reach};
}

std::vector<double> midranks(std::span<const double> sample) {
  CS_EXPECT(std::ranges::none_of(sample, [](double value) { return std::isnan(value); }));
  std::vector<std::size_t> order(sample.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return sample[i]; });
  std::vector<double> ranks(sample.size());
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    while (to < order.size() && sample[order[to]] == sample[order[from]]) ++to;
    for (std::size_t i = from; i < to; ++i) ranks[order[i]] = static_cast<double>(from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

double tie_term(std::span<const double> sample) {
  const std::vector<double> values = sorted(sample);
  double term = 0;
  for (auto from = values.begin(); from != values.end();) {
    const auto to = std::upper_bound(from, values.end(), *from);
    const auto count = static_cast<double>(to - from);
    term += count * count * count - count;
    from = to;
  }
  return term;
}

}  // namespace campaign_sim::statistics
