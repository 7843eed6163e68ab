#include "sim/workload/job_lengths.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "sim/core/expect.hpp"
#include "sim/core/random.hpp"

namespace campaign_sim {

namespace {

double normal_probability(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

// Probability of [a, b] under the standard normal, without cancellation in either tail.
double normal_probability_between(double a, double b) {
  return a > 0 ? normal_probability(-a) - normal_probability(-b)
               : normal_probability(b) - normal_probability(a);
}

}  // namespace

TruncatedLogNormal::TruncatedLogNormal(Seconds mean_length, double coefficient_of_variation, Seconds shortest,
                                       Seconds longest)
    : sigma_{std::sqrt(std::log1p(coefficient_of_variation * coefficient_of_variation))},
      shortest_s_{shortest.base()},
      longest_s_{longest.base()} {
  CS_EXPECT(shortest < mean_length && mean_length < longest && coefficient_of_variation > 0);
  // The mean rises with the location, so bisection finds it. Beyond ±40 sigma of the stated mean the cut
  // distribution is all at one bound.
  double low = std::log(mean_length.base()) - 40 * sigma_;
  double high = std::log(mean_length.base()) + 40 * sigma_;
  for (int i = 0; i < 200 && low < high; ++i) {
    location_ = 0.5 * (low + high);
    const double got = mean().base();
    // Far below the bounds nothing is left between them: the location must rise.
    (std::isnan(got) ? location_ < std::log(mean_length.base()) : got < mean_length.base())
        ? low = location_
        : high = location_;
  }
}

double TruncatedLogNormal::partial_mean(double from_s, double to_s) const {
  const double a = (std::log(from_s) - location_) / sigma_ - sigma_;
  const double b = (std::log(to_s) - location_) / sigma_ - sigma_;
  return std::exp(location_ + 0.5 * sigma_ * sigma_) * normal_probability_between(a, b);
}

Seconds TruncatedLogNormal::mean() const {
  const double a = (std::log(shortest_s_) - location_) / sigma_;
  const double b = (std::log(longest_s_) - location_) / sigma_;
  return Seconds{partial_mean(shortest_s_, longest_s_) / normal_probability_between(a, b)};
}

Seconds TruncatedLogNormal::quantile(double p) const {
  if (p <= 0) return Seconds{shortest_s_};
  if (p >= 1) return Seconds{longest_s_};
  const double a = (std::log(shortest_s_) - location_) / sigma_;
  const double b = (std::log(longest_s_) - location_) / sigma_;
  // Counted from the nearer tail, where probabilities are small numbers and not 1 minus small numbers.
  const double tail = a > 0 ? normal_probability(-a) - p * normal_probability_between(a, b)
                            : normal_probability(a) + p * normal_probability_between(a, b);
  const double z = normal_quantile(std::clamp(tail, 1e-300, 1 - 0x1.0p-53));
  const double length_s = std::exp(location_ + sigma_ * (a > 0 ? -z : z));
  return Seconds{std::clamp(length_s, shortest_s_, longest_s_)};
}

std::vector<Seconds> TruncatedLogNormal::stratum_means(std::size_t count) const {
  const double a = (std::log(shortest_s_) - location_) / sigma_;
  const double b = (std::log(longest_s_) - location_) / sigma_;
  const double each = normal_probability_between(a, b) / static_cast<double>(count);
  std::vector<Seconds> means;
  means.reserve(count);
  double from = shortest_s_;
  for (std::size_t i = 1; i <= count; ++i) {
    const double to = quantile(static_cast<double>(i) / static_cast<double>(count)).base();
    // A stratum too narrow to integrate (rounding) is its own mean.
    means.emplace_back(std::clamp(partial_mean(from, to) / each, from, to));
    from = to;
  }
  return means;
}

std::vector<std::uint32_t> shuffled_strata(std::size_t count, std::uint64_t seed) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  const RandomStream draws{seed, Purpose::duration, 0};
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[draws.below(i, i)]);
  return order;
}

}  // namespace campaign_sim
