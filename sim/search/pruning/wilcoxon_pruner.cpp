// The signed-rank test of Wilcoxon ("Individual comparisons by ranking methods", Biometrics Bulletin 1, 1945)
// and Optuna's pruner that uses it.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "sim/core/expect.hpp"
#include "sim/search/pruning/pruners.hpp"

namespace campaign_sim {

namespace {

constexpr std::size_t most_exact = 50;  // SciPy 1.10, scipy.stats.wilcoxon, method="auto"

// The chance that the positive ranks of n differences sum to at least `sum`, every sign being as likely.
double exact_tail(std::size_t n, std::size_t sum) {
  std::vector<double> ways(n * (n + 1) / 2 + 1, 0.0);  // exact: at most 2^50
  ways[0] = 1;
  for (std::size_t rank = 1; rank <= n; ++rank)
    for (std::size_t total = ways.size(); total-- > rank;) ways[total] += ways[total - rank];
  if (sum >= ways.size()) return 0;
  const auto first = ways.begin() + static_cast<std::ptrdiff_t>(sum);
  return std::accumulate(first, ways.end(), 0.0) / std::exp2(static_cast<double>(n));
}

struct RankSums {
  double positive = 0;  // with half of the zeros' ranks
  double ties = 0;      // sum of t^3 - t over groups of t equal ranks
  bool has_zero = false;
};

// Ranks of the absolute differences, equal ones sharing the mean rank.
RankSums rank_sums(const std::vector<double>& differences) {
  std::vector<double> sorted = differences;
  std::ranges::sort(sorted, {}, [](double d) { return std::abs(d); });
  RankSums sums;
  for (std::size_t first = 0; first < sorted.size();) {
    std::size_t last = first + 1;
    while (last < sorted.size() && std::abs(sorted[last]) == std::abs(sorted[first])) ++last;
    const auto tied = static_cast<double>(last - first);
    const double rank = static_cast<double>(first + last + 1) / 2;
    for (; first < last; ++first) {
      if (sorted[first] > 0) sums.positive += rank;
      if (sorted[first] == 0) {
        sums.positive += rank / 2;
        sums.has_zero = true;
      }
    }
    sums.ties += tied * (tied * tied - 1);
  }
  return sums;
}

class WilcoxonPruner final : public Pruner {
 public:
  explicit WilcoxonPruner(OptunaWilcoxon parameters) : parameters_{parameters} {}

  bool stops(const ReportedLosses& trial) override {
    if (!best_) return false;
    std::vector<double> differences;
    const std::size_t shared = std::min(trial.steps(), best_->steps());
    for (std::size_t step = 1; step <= shared; ++step)
      differences.push_back(trial.at(step) - best_->at(step));
    if (differences.size() < parameters_.startup_steps || differences.empty()) return false;
    // However sure the test is, a trial with the better mean goes on.
    if (best_->mean() >= trial.mean()) return false;
    const auto half_ranks = parameters_.maximised ? HalfRanks::up : HalfRanks::down;
    return wilcoxon_greater(differences, half_ranks) < parameters_.p_threshold;
  }
  void complete(const ReportedLosses& trial) override {
    if (!best_ || trial.mean() < best_->mean()) best_ = trial;
  }

 private:
  OptunaWilcoxon parameters_;
  std::optional<ReportedLosses> best_;
};

}  // namespace

double wilcoxon_greater(const std::vector<double>& differences, HalfRanks half_ranks) {
  CS_EXPECT(!differences.empty());
  const RankSums sums = rank_sums(differences);
  const std::size_t n = differences.size();
  if (n <= most_exact && !sums.has_zero) {
    const double whole = half_ranks == HalfRanks::up ? std::ceil(sums.positive) : std::floor(sums.positive);
    return exact_tail(n, static_cast<std::size_t>(whole));
  }
  const auto count = static_cast<double>(n);
  const double mean = count * (count + 1) / 4;
  const double variance = (count * (count + 1) * (2 * count + 1) - 0.5 * sums.ties) / 24;
  const double z = (sums.positive - mean) / std::sqrt(variance);
  return 0.5 * std::erfc(z / std::numbers::sqrt2);
}

std::unique_ptr<Pruner> optuna_wilcoxon(OptunaWilcoxon parameters) {
  return std::make_unique<WilcoxonPruner>(parameters);
}

}  // namespace campaign_sim
