#include "analysis/statistics/tests.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "analysis/statistics/summaries.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim::statistics {

namespace {

double normal_below(double z) { return boost::math::cdf(boost::math::normal{}, z); }
double normal_above(double z) { return boost::math::cdf(boost::math::complement(boost::math::normal{}, z)); }

double t_two_sided(double t, double degrees) {
  if (std::isinf(t)) return 0;
  return 2 * boost::math::cdf(boost::math::complement(boost::math::students_t{degrees}, std::abs(t)));
}

double chi_squared_above(double statistic, double degrees) {
  return boost::math::cdf(boost::math::complement(boost::math::chi_squared{degrees}, statistic));
}

std::vector<double> differences(std::span<const double> a, std::span<const double> b) {
  CS_EXPECT(a.size() == b.size());
  std::vector<double> result;
  for (std::size_t i = 0; i < a.size(); ++i) result.push_back(a[i] == b[i] ? 0 : a[i] - b[i]);
  return result;
}

// P(rank sum of the positive = s) for n untied differences: every subset of 1 … n is equally likely.
std::vector<double> signed_rank_chances(std::size_t n) {
  std::vector<double> chances(n * (n + 1) / 2 + 1);
  chances[0] = 1;
  for (std::size_t rank = 1; rank <= n; ++rank)
    for (std::size_t sum = chances.size(); sum-- > 0;)
      chances[sum] = (chances[sum] + (sum >= rank ? chances[sum - rank] : 0)) / 2;
  return chances;
}

// P(U = u) for samples of m and n without ties. Of the m + n numbers the largest is one of the first m, and
// then n more pairs count, or it is not.
std::vector<double> u_chances(std::size_t m, std::size_t n) {
  std::vector<std::vector<double>> by_m(m + 1, std::vector<double>(m * n + 1));
  for (auto& chances : by_m) chances[0] = 1;  // n = 0
  for (std::size_t j = 1; j <= n; ++j)
    for (std::size_t i = 1; i <= m; ++i) {
      const double first = static_cast<double>(i) / static_cast<double>(i + j);
      // by_m[i] still holds the chances for j - 1; by_m[i - 1] already those for j.
      for (std::size_t u = by_m[i].size(); u-- > 0;)
        by_m[i][u] = (1 - first) * by_m[i][u] + (u >= j ? first * by_m[i - 1][u - j] : 0);
    }
  return by_m[m];
}

double sum(std::span<const double> values) {
  double total = 0;
  for (const double value : values) total += value;
  return total;
}

// Of a distribution over 0, 1, 2 …: both tails include the value.
double p_exact(const std::vector<double>& chances, double value, Alternative alternative) {
  const auto at = static_cast<std::size_t>(value);
  const double below = sum(std::span{chances}.first(std::min(chances.size(), at + 1)));
  const double above = sum(std::span{chances}.subspan(at));
  switch (alternative) {
    case Alternative::less:
      return std::min(1.0, below);
    case Alternative::greater:
      return std::min(1.0, above);
    default:
      return std::min(1.0, 2 * std::min(below, above));
  }
}

// Ranks within each block, by treatment.
std::vector<std::vector<double>> block_ranks(std::span<const std::vector<double>> treatments) {
  CS_EXPECT(treatments.size() >= 2 && !treatments.front().empty());
  std::vector<std::vector<double>> ranks(treatments.size());
  for (std::size_t block = 0; block < treatments.front().size(); ++block) {
    std::vector<double> row;
    for (const auto& treatment : treatments) row.push_back(treatment.at(block));
    const std::vector<double> ranked = midranks(row);
    for (std::size_t i = 0; i < ranked.size(); ++i) ranks[i].push_back(ranked[i]);
  }
  return ranks;
}

double correlation(std::span<const double> a, std::span<const double> b) {
  const double mean_a = mean(a);
  const double mean_b = mean(b);
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return std::clamp(ab / std::sqrt(aa * bb), -1.0, 1.0);
}

}  // namespace

TestResult wilcoxon_signed_rank(std::span<const double> a, std::span<const double> b,
                                Alternative alternative) {
  constexpr std::size_t most_exact = 50;  // pairs; beyond it the normal is as good and cheaper
  std::vector<double> difference = differences(a, b);
  const std::size_t zeros = std::erase(difference, 0.0);
  const std::size_t n = difference.size();
  if (n == 0) return {0, 1};

  std::vector<double> sizes;
  for (const double d : difference) sizes.push_back(std::abs(d));
  const std::vector<double> ranks = midranks(sizes);
  double positive = 0;
  double negative = 0;
  for (std::size_t i = 0; i < n; ++i) (difference[i] > 0 ? positive : negative) += ranks[i];
  const double statistic = alternative == Alternative::two_sided ? std::min(positive, negative) : positive;

  if (zeros == 0 && n <= most_exact)
    return {statistic, p_exact(signed_rank_chances(n), positive, alternative)};
  const auto count = static_cast<double>(n);
  const double middle = count * (count + 1) / 4;
  const double variance = (count * (count + 1) * (2 * count + 1) - tie_term(sizes) / 2) / 24;
  const double z = (statistic - middle) / std::sqrt(variance);
  switch (alternative) {
    case Alternative::less:
      return {statistic, normal_below(z)};
    case Alternative::greater:
      return {statistic, normal_above(z)};
    default:
      return {statistic, 2 * normal_above(std::abs(z))};
  }
}

TestResult mann_whitney(std::span<const double> a, std::span<const double> b, Distribution distribution,
                        Alternative alternative) {
  CS_EXPECT(!a.empty() && !b.empty());
  std::vector<double> all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  const std::vector<double> ranks = midranks(all);
  const auto m = static_cast<double>(a.size());
  const auto n = static_cast<double>(b.size());
  const double u = sum(std::span{ranks}.first(a.size())) - m * (m + 1) / 2;
  if (distribution == Distribution::exact) return {u, p_exact(u_chances(a.size(), b.size()), u, alternative)};

  const double variance = m * n / 12 * (m + n + 1 - tie_term(all) / ((m + n) * (m + n - 1)));
  const double continuity = 0.5;
  const auto above = [&](double value) {
    return normal_above((value - m * n / 2 - continuity) / std::sqrt(variance));
  };
  switch (alternative) {
    case Alternative::less:
      return {u, above(m * n - u)};
    case Alternative::greater:
      return {u, above(u)};
    default:
      return {u, std::min(1.0, 2 * above(std::max(u, m * n - u)))};
  }
}

TestResult paired_t(std::span<const double> a, std::span<const double> b) {
  const std::vector<double> difference = differences(a, b);
  CS_EXPECT(difference.size() >= 2);
  const double t = mean(difference) / standard_error(difference);
  return {t, t_two_sided(t, static_cast<double>(difference.size() - 1))};
}

TestResult welch_t(std::span<const double> a, std::span<const double> b) {
  CS_EXPECT(a.size() >= 2 && b.size() >= 2);
  const double va = std::pow(standard_error(a), 2);
  const double vb = std::pow(standard_error(b), 2);
  const double t = (mean(a) - mean(b)) / std::sqrt(va + vb);
  const double degrees =
      (va + vb) * (va + vb) /
      (va * va / static_cast<double>(a.size() - 1) + vb * vb / static_cast<double>(b.size() - 1));
  return {t, t_two_sided(t, degrees)};
}

TestResult friedman(std::span<const std::vector<double>> treatments) {
  const auto ranks = block_ranks(treatments);
  const auto k = static_cast<double>(ranks.size());
  const auto n = static_cast<double>(ranks.front().size());
  double squares = 0;
  for (const auto& of_one : ranks) squares += std::pow(sum(of_one), 2);
  double ties = 0;
  for (std::size_t block = 0; block < ranks.front().size(); ++block) {
    std::vector<double> row;
    for (const auto& of_one : ranks) row.push_back(of_one[block]);
    ties += tie_term(row);
  }
  const double correction = 1 - ties / (n * k * (k * k - 1));
  if (correction <= 0) return {0, 1};
  const double statistic = (12 / (n * k * (k + 1)) * squares - 3 * n * (k + 1)) / correction;
  return {statistic, chi_squared_above(std::max(0.0, statistic), k - 1)};
}

std::vector<double> mean_ranks(std::span<const std::vector<double>> treatments) {
  std::vector<double> means;
  for (const auto& of_one : block_ranks(treatments)) means.push_back(mean(of_one));
  return means;
}

TestResult kruskal_wallis(std::span<const std::vector<double>> samples) {
  std::vector<double> all;
  for (const auto& sample : samples) all.insert(all.end(), sample.begin(), sample.end());
  const std::vector<double> ranks = midranks(all);
  const auto n = static_cast<double>(all.size());
  double squares = 0;
  std::size_t from = 0;
  for (const auto& sample : samples) {
    squares +=
        std::pow(sum(std::span{ranks}.subspan(from, sample.size())), 2) / static_cast<double>(sample.size());
    from += sample.size();
  }
  const double correction = 1 - tie_term(all) / (n * n * n - n);
  if (correction <= 0) return {0, 1};
  const double statistic = (12 / (n * (n + 1)) * squares - 3 * (n + 1)) / correction;
  return {statistic, chi_squared_above(std::max(0.0, statistic), static_cast<double>(samples.size() - 1))};
}

TestResult spearman(std::span<const double> a, std::span<const double> b) {
  CS_EXPECT(a.size() == b.size() && a.size() >= 3);
  const double rho = correlation(midranks(a), midranks(b));
  const auto degrees = static_cast<double>(a.size() - 2);
  return {rho, t_two_sided(rho * std::sqrt(degrees / ((1 - rho) * (1 + rho))), degrees)};
}

double kendall_tau_b(std::span<const double> a, std::span<const double> b) {
  CS_EXPECT(a.size() == b.size());
  double agree = 0;
  double untied_a = 0;
  double untied_b = 0;
  const auto sign = [](double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0; };
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double in_a = sign(a[i] - a[j]);
      const double in_b = sign(b[i] - b[j]);
      agree += in_a * in_b;
      untied_a += in_a * in_a;
      untied_b += in_b * in_b;
    }
  return agree / std::sqrt(untied_a * untied_b);
}

double a12(std::span<const double> a, std::span<const double> b) {
  CS_EXPECT(!a.empty() && !b.empty());
  double wins = 0;
  for (const double x : a)
    for (const double y : b) wins += x > y ? 1 : x == y ? 0.5 : 0;
  return wins / static_cast<double>(a.size() * b.size());
}

double cliffs_delta(std::span<const double> a, std::span<const double> b) { return 2 * a12(a, b) - 1; }

}  // namespace campaign_sim::statistics
