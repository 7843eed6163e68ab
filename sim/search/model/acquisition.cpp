#include "sim/search/model/acquisition.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include "sim/search/model/normal.hpp"

namespace campaign_sim {

namespace {

const double log_sqrt_two_pi = 0.5 * std::log(2 * std::numbers::pi);

// Mills' ratio Φ(-x) / φ(x) for x > 0 large, by Laplace's continued fraction 1/(x + 1/(x + 2/(x + …))).
// h(-x) = φ(x) (1 - x m) cancels; what is wanted is 1 - x m = m c, where c = 1/(x + 2/(x + 3/(x + …))):
// m = 1/(x + c), hence 1 - x m = c/(x + c).
double one_minus_x_mills(double x) {
  constexpr int terms = 200;  // 1e-16 from x = 1.5 on
  double tail = x;
  for (int k = terms; k >= 2; --k) tail = x + k / tail;
  const double c = 1 / tail;
  return c / (x + c);
}

// From here down the direct formula loses digits to cancellation.
constexpr double tail_below = -1.5;

double improvement(const Posterior& loss, double best) { return (best - loss.mean) / loss.deviation; }

}  // namespace

double log_standard_improvement(double z) {
  if (z > tail_below) return std::log(normal_density(z) + z * normal_distribution(z));
  return -0.5 * z * z - log_sqrt_two_pi + std::log(one_minus_x_mills(-z));
}

double log_standard_improvement_slope(double z) {
  if (z > tail_below) return normal_distribution(z) / (normal_density(z) + z * normal_distribution(z));
  // Φ(z) / h(z) = m / (1 - x m), where m = (1 - (1 - x m)) / x.
  const double rest = one_minus_x_mills(-z);
  return (1 - rest) / (-z) / rest;
}

double expected_improvement(const Posterior& loss, double best) {
  if (!(loss.deviation > 0)) return std::fmax(best - loss.mean, 0);
  return loss.deviation * std::exp(log_standard_improvement(improvement(loss, best)));
}

double log_expected_improvement(const Posterior& loss, double best) {
  if (!(loss.deviation > 0))
    return best > loss.mean ? std::log(best - loss.mean) : -std::numeric_limits<double>::infinity();
  return std::log(loss.deviation) + log_standard_improvement(improvement(loss, best));
}

double probability_of_improvement(const Posterior& loss, double best) {
  if (!(loss.deviation > 0)) return best > loss.mean ? 1 : 0;
  return normal_distribution(improvement(loss, best));
}

double lower_confidence_bound(const Posterior& loss, double deviations) {
  return loss.mean - deviations * loss.deviation;
}

}  // namespace campaign_sim
