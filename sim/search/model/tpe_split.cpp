#include "sim/search/model/tpe_split.hpp"

#include <algorithm>
#include <cmath>

namespace campaign_sim {

namespace {
constexpr std::size_t most_good = 25;
constexpr std::size_t full_weights = 25;
}  // namespace

std::size_t optuna_good_trials(std::size_t finished) { return std::min((finished + 9) / 10, most_good); }

std::size_t hyperopt_good_trials(std::size_t finished) {
  const double good = std::ceil(0.25 * std::sqrt(static_cast<double>(finished)));
  return std::min(static_cast<std::size_t>(good), most_good);
}

double observation_weight(std::size_t k, std::size_t n) {
  if (n < full_weights || k + full_weights >= n) return 1;
  const double oldest = 1 / static_cast<double>(n);
  const std::size_t ramp = n - full_weights;
  if (ramp == 1) return oldest;
  return oldest + (1 - oldest) * static_cast<double>(k) / static_cast<double>(ramp - 1);
}

std::vector<double> observation_weights(std::size_t n) {
  std::vector<double> weights;
  for (std::size_t k = 0; k < n; ++k) weights.push_back(observation_weight(k, n));
  return weights;
}

}  // namespace campaign_sim
