// What the replicates say to a question: who wins, by how much, and how sure that is.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "analysis/comparison/questions.hpp"
#include "analysis/statistics/summaries.hpp"

namespace campaign_sim::comparison {

inline constexpr double confidence = 0.95;
inline constexpr double alpha = 0.05;

// Whatever cannot be said (an interval of one seed, a mean with a censored value in it) is NaN.
struct VariantAnswer {
  std::size_t replicates = 0;
  std::size_t missing = 0;   // failed to run
  std::size_t censored = 0;  // never got there
  double mean = std::numeric_limits<double>::quiet_NaN();
  statistics::Interval of_mean{mean, mean};                  // bootstrap
  double median = std::numeric_limits<double>::quiet_NaN();  // infinite if half or more are censored
  double interquartile_mean = std::numeric_limits<double>::quiet_NaN();
  double standard_deviation = std::numeric_limits<double>::quiet_NaN();
  double mean_rank = std::numeric_limits<double>::quiet_NaN();  // among variants, within a seed; 1 is best
};

// a against b, over the seeds that both have.
struct PairAnswer {
  std::size_t a = 0;
  std::size_t b = 0;
  std::size_t pairs = 0;
  double difference = std::numeric_limits<double>::quiet_NaN();  // mean of a - b
  statistics::Interval of_difference{difference, difference};    // bootstrap over pairs
  double relative = std::numeric_limits<double>::quiet_NaN();    // mean a / mean b - 1
  statistics::Interval of_relative{relative, relative};
  double a12 = std::numeric_limits<double>::quiet_NaN();  // chance that a's value is the larger
  double rank_sum = std::numeric_limits<double>::quiet_NaN();
  double p = std::numeric_limits<double>::quiet_NaN();       // Wilcoxon's signed ranks, two-sided
  double p_holm = std::numeric_limits<double>::quiet_NaN();  // over all pairs of the question
  double pairs_to_settle = std::numeric_limits<double>::quiet_NaN();
};

struct Answer {
  std::size_t question = 0;
  std::vector<VariantAnswer> variants;
  std::vector<PairAnswer> pairs;  // every a < b
  double friedman_statistic = std::numeric_limits<double>::quiet_NaN();
  double friedman_p = std::numeric_limits<double>::quiet_NaN();
  double critical_difference = std::numeric_limits<double>::quiet_NaN();  // of mean ranks, Nemenyi
  std::vector<std::size_t> order;  // variants, best first: by mean, or by median where any is censored

  // The pair of these two, as it stands in `pairs`.
  const PairAnswer& pair(std::size_t one, std::size_t other) const;
};

// `seed` is of the bootstrap.
std::vector<Answer> answers(const std::vector<Question>& questions, std::uint64_t seed);

}  // namespace campaign_sim::comparison
