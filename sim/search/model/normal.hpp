// The standard normal distribution: density, distribution function, and pieces of it cut to an interval.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/core/random.hpp"

namespace campaign_sim {

inline double normal_density(double z) { return std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi); }

inline double normal_distribution(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

// The mass between a and b, a <= b, without cancellation in the upper tail.
inline double normal_mass(double a, double b) {
  return a > 0 ? normal_distribution(-a) - normal_distribution(-b)
               : normal_distribution(b) - normal_distribution(a);
}

// A draw from the normal distribution cut to [0, 1], at a uniform number u; mean within or near [0, 1].
inline double cut_normal(double mean, double deviation, double u) {
  const double below = normal_distribution(-mean / deviation);
  const double within = normal_mass(-mean / deviation, (1 - mean) / deviation);
  const double p = std::clamp(below + u * within, 0x1.0p-60, 1 - 0x1.0p-53);
  return std::clamp(mean + deviation * normal_quantile(p), 0.0, 1.0);
}

}  // namespace campaign_sim
