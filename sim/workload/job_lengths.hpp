// Lengths of jobs about which only a summary was published: a log-normal between a shortest and a
// longest length, whose mean is the published mean.
//
// Job lengths in GPU clusters are far from exponential and roughly log-normal over most of their range
// (for instance Jeon et al., "Analysis of large-scale multi-tenant GPU clusters", USENIX ATC 2019, show
// durations over five decades). The form is an assumption; the mean, the shortest and the longest length
// are inputs. The coefficient of variation is that of the log-normal *before* it is cut: between two
// bounds it may not be reachable after (with LISA's 3 min, 50.1 h and 9 d, at most 1.8).
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/units.hpp"

namespace campaign_sim {

class TruncatedLogNormal {
 public:
  // Finds the location for which the mean after cutting is `mean`; shortest < mean < longest, longest may be
  // infinite. The spread is sigma^2 = ln(1 + cv^2).
  TruncatedLogNormal(Seconds mean, double coefficient_of_variation, Seconds shortest, Seconds longest);

  // The length below which a fraction p of the jobs lies.
  Seconds quantile(double p) const;
  // The mean that was found. It misses the stated one, or is not a number, only if that lies within about a
  // hundredth of a bound: then no location that double precision can hold will do.
  Seconds mean() const;
  // The means of `count` strata of equal probability, shortest first: their average is exactly the mean.
  std::vector<Seconds> stratum_means(std::size_t count) const;

 private:
  double partial_mean(double from_s, double to_s) const;

  double location_ = 0;  // of ln(length / s)
  double sigma_ = 1;
  double shortest_s_ = 0;
  double longest_s_ = 0;
};

// The order in which strata are handed to jobs: a permutation of 0 … count-1 that depends on the seed only.
std::vector<std::uint32_t> shuffled_strata(std::size_t count, std::uint64_t seed);

}  // namespace campaign_sim
