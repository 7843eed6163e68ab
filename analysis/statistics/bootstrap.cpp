#include "analysis/statistics/bootstrap.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "sim/core/expect.hpp"
#include "sim/core/random.hpp"

namespace campaign_sim::statistics {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double mean_of(std::span<const double> sample, std::span<const std::uint32_t> indices) {
  double total = 0;
  for (const std::uint32_t i : indices) total += sample[i];
  return total / static_cast<double>(indices.size());
}

}  // namespace

Resamples::Resamples(std::size_t n, std::size_t count, std::uint64_t seed) : n_{n}, count_{count} {
  indices_.reserve(n * count);
  const RandomStream draws{seed, Purpose::resampling, n};
  for (std::size_t i = 0; i < n * count; ++i)
    indices_.push_back(static_cast<std::uint32_t>(draws.below(n, i)));
}

Interval Resamples::interval(double confidence,
                             const std::function<double(std::span<const std::uint32_t>)>& statistic) const {
  if (n_ < 2) return {unknown, unknown};
  std::vector<double> values;
  values.reserve(count_);
  for (std::size_t resample = 0; resample < count_; ++resample) {
    values.push_back(statistic(indices(resample)));
    if (std::isnan(values.back())) return {unknown, unknown};
  }
  return {quantile(values, (1 - confidence) / 2), quantile(values, (1 + confidence) / 2)};
}

Interval Resamples::of_mean(std::span<const double> sample, double confidence) const {
  CS_EXPECT(sample.size() == n_);
  return interval(confidence, [&](std::span<const std::uint32_t> drawn) { return mean_of(sample, drawn); });
}

Interval Resamples::of_relative_difference(std::span<const double> a, std::span<const double> b,
                                           double confidence) const {
  CS_EXPECT(a.size() == n_ && b.size() == n_);
  return interval(confidence, [&](std::span<const std::uint32_t> drawn) {
    const double base = mean_of(b, drawn);
    return base == 0 ? unknown : mean_of(a, drawn) / base - 1;
  });
}

double pairs_to_settle(double mean_difference, double standard_deviation, double alpha) {
  constexpr double power = 0.8;       // the convention since Cohen, 1962
  constexpr double fewest_pairs = 6;  // 2 / 2^6 < 0.05
  if (mean_difference == 0) return std::numeric_limits<double>::infinity();
  const boost::math::normal normal;
  const double z = boost::math::quantile(normal, 1 - alpha / 2) + boost::math::quantile(normal, power);
  const double pairs = std::pow(z * standard_deviation / mean_difference, 2) * std::numbers::pi / 3;
  return std::max(fewest_pairs, std::ceil(pairs));
}

}  // namespace campaign_sim::statistics
