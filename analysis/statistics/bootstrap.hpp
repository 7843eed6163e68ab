// Intervals without a distribution: the sample is drawn again from itself, thousands of times.
//
// Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13: the percentile interval. It is
// narrow for few replicates (at 5 a nominal 95 % covers about 85 %), which is why fewer than two get none at
// all and the tests beside it are exact. All statistics of one comparison share the same resamples, so that
// what is paired stays paired.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "analysis/statistics/summaries.hpp"

namespace campaign_sim::statistics {

class Resamples {
 public:
  // `count` resamples of n indices each. The same seed gives the same resamples.
  Resamples(std::size_t n, std::size_t count, std::uint64_t seed);

  std::size_t size() const { return n_; }
  // The indices of one resample, each below n.
  std::span<const std::uint32_t> indices(std::size_t resample) const {
    return std::span{indices_}.subspan(resample * n_, n_);
  }

  // The middle `confidence` of the statistic over all resamples; both ends NaN for fewer than two.
  Interval interval(double confidence,
                    const std::function<double(std::span<const std::uint32_t>)>& statistic) const;
  Interval of_mean(std::span<const double> sample, double confidence) const;
  // Of mean(a) / mean(b) - 1 over pairs. NaN where a resample of b averages 0.
  Interval of_relative_difference(std::span<const double> a, std::span<const double> b,
                                  double confidence) const;

 private:
  std::size_t n_;
  std::size_t count_;
  std::vector<std::uint32_t> indices_;
};

// How many pairs a two-sided signed-rank test at level `alpha` needs to see this mean difference at this
// standard deviation with 80 % power: the sample size of the paired t-test by the normal approximation, times
// pi / 3, the price of ranks where differences are normal (Noether, JASA 82, 1987; Lehmann, "Nonparametrics",
// 1975, section 4.3). Infinite if there is no difference; at least 6, below which no signed-rank test gets
// under 0.05.
double pairs_to_settle(double mean_difference, double standard_deviation, double alpha);

}  // namespace campaign_sim::statistics
