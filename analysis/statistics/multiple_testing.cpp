#include "analysis/statistics/multiple_testing.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <numbers>
#include <numeric>

#include "sim/core/expect.hpp"

namespace campaign_sim::statistics {

namespace {

std::vector<std::size_t> ascending(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p[i]; });
  return order;
}

// P(range of k standard normals > q). The largest of them is at z, and the others are within q below it.
double range_above(double q, int k) {
  const boost::math::normal normal;
  const auto density = [&](double z) {
    const double within = boost::math::cdf(normal, z) - boost::math::cdf(normal, z - q);
    return k * boost::math::pdf(normal, z) * std::pow(within, k - 1);
  };
  constexpr double far = 9;  // a standard normal is beyond it once in 10^18
  return 1 - boost::math::quadrature::gauss_kronrod<double, 61>::integrate(density, -far, far, 10, 1e-12);
}

}  // namespace

std::vector<double> bonferroni(std::span<const double> p) {
  std::vector<double> adjusted;
  for (const double value : p) adjusted.push_back(std::min(1.0, value * static_cast<double>(p.size())));
  return adjusted;
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<double> adjusted(p.size());
  double largest = 0;
  std::size_t left = p.size();
  for (const std::size_t i : ascending(p)) {
    largest = std::max(largest, std::min(1.0, p[i] * static_cast<double>(left--)));
    adjusted[i] = largest;
  }
  return adjusted;
}

std::vector<double> benjamini_hochberg(std::span<const double> p) {
  std::vector<double> adjusted(p.size());
  const std::vector<std::size_t> order = ascending(p);
  double least = 1;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const std::size_t i = order[rank - 1];
    least = std::min(least, p[i] * static_cast<double>(p.size()) / static_cast<double>(rank));
    adjusted[i] = least;
  }
  return adjusted;
}

double nemenyi_q(int k, double alpha) {
  CS_EXPECT(k >= 2 && alpha > 0 && alpha < 1);
  std::uintmax_t steps = 200;
  const auto [low, high] =
      boost::math::tools::toms748_solve([&](double q) { return range_above(q, k) - alpha; }, 0.0, 20.0,
                                        boost::math::tools::eps_tolerance<double>(40), steps);
  return (low + high) / 2 / std::numbers::sqrt2;
}

double nemenyi_critical_difference(int k, int n, double alpha) {
  CS_EXPECT(n >= 1);
  return nemenyi_q(k, alpha) * std::sqrt(k * (k + 1.0) / (6.0 * n));
}

}  // namespace campaign_sim::statistics
