// One sample in a few numbers: where its middle is, how far it spreads, how well its mean is known.
//
// A sample holds finite numbers only, at least one of them; what a replicate did not measure is left out by
// the caller, who says so.
#pragma once

#include <span>
#include <vector>

namespace campaign_sim::statistics {

struct Interval {
  double low = 0;
  double high = 0;
};

double mean(std::span<const double> sample);
// From n - 1 degrees of freedom; NaN for a single number.
double standard_deviation(std::span<const double> sample);
double standard_error(std::span<const double> sample);
// Linear between order statistics (type 7 of Hyndman & Fan, The American Statistician 50, 1996).
double quantile(std::span<const double> sample, double probability);
double median(std::span<const double> sample);
// The mean of the middle half: a quarter of the sample, rounded down, is left out at either end. Advocated by
// Agarwal et al., NeurIPS 2021, because few replicates with outliers move it less than the mean and no less
// steadily than the median.
double interquartile_mean(std::span<const double> sample);
// Student's interval of the mean; both ends NaN for a single number.
Interval t_interval(std::span<const double> sample, double confidence);

// Ranks from 1, equal numbers share the mean of theirs.
std::vector<double> midranks(std::span<const double> sample);
// Sum of t^3 - t over groups of t equal numbers: what ties take from the variance of rank statistics.
double tie_term(std::span<const double> sample);

}  // namespace campaign_sim::statistics
