// Tests of hypotheses about samples: does one strategy differ from another by more than luck?
//
// Each is one published test with the conventions of scipy 1.10 (which zeros are dropped, which distribution
// is used), so that a reader can repeat it. Alternatives speak of the first sample: `less` asks whether it is
// smaller.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace campaign_sim::statistics {

enum class Alternative : std::uint8_t { two_sided, less, greater };

struct TestResult {
  double statistic = 0;
  double p = 1;
};

// Wilcoxon, Biometrics Bulletin 1, 1945, on paired samples. Equal pairs are dropped, as he did; exact up to
// 50 pairs if none is equal, else normal with the variance corrected for ties. With tied differences the
// exact distribution is still that of untied ranks, at the rank sum rounded down. Infinite differences (only
// one of the pair ever got there) rank above all finite ones. The statistic is the smaller rank sum
// (two-sided) or that of the positive differences; p is 1 if all pairs are equal.
TestResult wilcoxon_signed_rank(std::span<const double> a, std::span<const double> b,
                                Alternative alternative = Alternative::two_sided);

// Mann & Whitney, Annals of Mathematical Statistics 18, 1947, on independent samples. The statistic is U of
// the first. `normal`: corrected for ties and continuity; `exact`: as if there were no ties.
enum class Distribution : std::uint8_t { normal, exact };
TestResult mann_whitney(std::span<const double> a, std::span<const double> b, Distribution distribution,
                        Alternative alternative = Alternative::two_sided);

// Student's test of paired samples and Welch's (Biometrika 34, 1947) of independent ones, two-sided.
TestResult paired_t(std::span<const double> a, std::span<const double> b);
TestResult welch_t(std::span<const double> a, std::span<const double> b);

// Friedman, JASA 32, 1937: do k treatments differ over n blocks? `treatments[k][n]`, ranked within each
// block, corrected for ties; p by chi-squared. p is 1 if every block is one tie.
TestResult friedman(std::span<const std::vector<double>> treatments);
// The mean over blocks of each treatment's rank within the block; 1 is the smallest.
std::vector<double> mean_ranks(std::span<const std::vector<double>> treatments);

// Kruskal & Wallis, JASA 47, 1952: the same of independent samples.
TestResult kruskal_wallis(std::span<const std::vector<double>> samples);

// Spearman's rank correlation, p two-sided by Student's t with n - 2 degrees of freedom.
TestResult spearman(std::span<const double> a, std::span<const double> b);
// Kendall's tau-b (Biometrika 33, 1945), corrected for ties.
double kendall_tau_b(std::span<const double> a, std::span<const double> b);

// The chance that one of `a` is larger than one of `b`, ties counting half: Vargha & Delaney, Journal of
// Educational and Behavioral Statistics 25, 2000.
double a12(std::span<const double> a, std::span<const double> b);
// Cliff, Psychological Bulletin 114, 1993: 2 * a12 - 1.
double cliffs_delta(std::span<const double> a, std::span<const double> b);

}  // namespace campaign_sim::statistics
