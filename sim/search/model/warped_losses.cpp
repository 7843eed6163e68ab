#include "sim/search/model/warped_losses.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/random.hpp"

namespace campaign_sim {

namespace {

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t n = values.size();
  // Half of each: their sum may be infinite.
  return values[(n - 1) / 2] / 2 + values[n / 2] / 2;
}

double root_mean_square(std::span<const double> values, double from) {
  double sum = 0;
  for (const double value : values) sum += (value - from) * (value - from);
  return std::sqrt(sum / static_cast<double>(values.size()));
}

// The spread of those not above the median; of all where these are equal.
double spread(std::span<const double> distinct, std::size_t better, double median) {
  const double of_better = root_mean_square(distinct.first(better), median);
  if (of_better > 0) return of_better;
  const double of_all = root_mean_square(distinct, median);
  if (std::isfinite(of_all)) return of_all;
  double sum = 0;
  for (const double value : distinct) sum += std::abs(value - median) / static_cast<double>(distinct.size());
  return sum;
}

void rank_the_worse_half(std::vector<double>& losses) {
  const double median = median_of(losses);
  std::vector<double> distinct = losses;
  std::ranges::sort(distinct);
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  const auto better = static_cast<std::size_t>(std::ranges::upper_bound(distinct, median) - distinct.begin());
  const bool median_is_a_loss = better > 0 && distinct[better - 1] == median;
  const double worse = static_cast<double>(distinct.size() - better) + (median_is_a_loss ? 0.5 : 0.0);
  const double deviation = spread(distinct, better, median);
  for (double& loss : losses) {
    if (!(loss > median)) continue;
    const auto from_worst = static_cast<double>(distinct.end() - std::ranges::lower_bound(distinct, loss));
    loss = median - deviation * normal_quantile(0.5 * (from_worst - 0.5) / worse);
  }
}

void widen_the_best(std::vector<double>& losses) {
  const auto [best, worst] = std::ranges::minmax(losses);
  for (double& loss : losses) loss = std::log1p(0.5 * (loss - best) / (worst - best)) / std::log(1.5) - 0.5;
}

}  // namespace

std::vector<double> warped_losses(std::span<const double> losses) {
  std::vector<double> finite;
  for (const double loss : losses)
    if (std::isfinite(loss)) finite.push_back(loss);
  const auto all_equal = [&] { return std::ranges::min(finite) == std::ranges::max(finite); };
  if (finite.empty()) return std::vector<double>(losses.size(), 0.0);
  if (!all_equal()) rank_the_worse_half(finite);
  if (all_equal())
    std::ranges::fill(finite, 0.0);
  else
    widen_the_best(finite);
  const auto [best, worst] = std::ranges::minmax(finite);
  std::vector<double> warped;
  auto next = finite.begin();
  for (const double loss : losses)
    warped.push_back(std::isfinite(loss) ? *next++ : worst + 0.5 * (worst - best) + 1);
  return warped;
}

std::vector<double> finite_losses(std::span<const double> losses) {
  double worst = -INFINITY;
  for (const double loss : losses)
    if (std::isfinite(loss)) worst = std::max(worst, loss);
  std::vector<double> finite;
  for (const double loss : losses)
    finite.push_back(std::isfinite(loss) ? loss : std::isfinite(worst) ? worst : 0);
  return finite;
}

}  // namespace campaign_sim
