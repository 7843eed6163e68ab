#include "sim/search/model/discrepancy.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/expect.hpp"

namespace campaign_sim {

namespace {

// All four have one form: a constant, minus a mean over points, plus a mean over pairs, of products over
// the dimensions.
template <class OfOne, class OfTwo>
double squared_discrepancy(const PointSet& points, long double constant_base, OfOne of_one, OfTwo of_two,
                           double weight_of_one) {
  CS_EXPECT(!points.empty());
  const auto n = static_cast<double>(points.size());
  // The three parts nearly cancel: sums need more digits than the result.
  long double singles = 0;
  long double pairs = 0;
  for (const auto& x : points) {
    double product = 1;
    for (const double coordinate : x) product *= of_one(coordinate);
    singles += product;
    for (const auto& y : points) {
      product = 1;
      for (std::size_t d = 0; d < x.size(); ++d) product *= of_two(x[d], y[d]);
      pairs += product;
    }
  }
  const long double constant = std::pow(static_cast<long double>(constant_base), points.front().size());
  return static_cast<double>(constant - weight_of_one / n * singles + pairs / (n * n));
}

}  // namespace

double centred_discrepancy(const PointSet& points) {
  const auto one = [](double x) {
    const double off = std::abs(x - 0.5);
    return 1 + 0.5 * off - 0.5 * off * off;
  };
  const auto two = [](double x, double y) {
    return 1 + 0.5 * std::abs(x - 0.5) + 0.5 * std::abs(y - 0.5) - 0.5 * std::abs(x - y);
  };
  return squared_discrepancy(points, 13.0L / 12, one, two, 2);
}

double wraparound_discrepancy(const PointSet& points) {
  const auto two = [](double x, double y) { return 1.5 - std::abs(x - y) * (1 - std::abs(x - y)); };
  const auto d = static_cast<double>(points.at(0).size());
  return squared_discrepancy(
             points, 1, [](double) { return 1.0; }, two, 0) -
         1 - std::pow(4.0 / 3, d);
}

double mixture_discrepancy(const PointSet& points) {
  const auto one = [](double x) {
    const double off = std::abs(x - 0.5);
    return 5.0 / 3 - 0.25 * off - 0.25 * off * off;
  };
  const auto two = [](double x, double y) {
    const double gap = std::abs(x - y);
    return 15.0 / 8 - 0.25 * std::abs(x - 0.5) - 0.25 * std::abs(y - 0.5) - 0.75 * gap + 0.5 * gap * gap;
  };
  return squared_discrepancy(points, 19.0L / 12, one, two, 2);
}

double l2_star_discrepancy(const PointSet& points) {
  const auto one = [](double x) { return 1 - x * x; };
  const auto two = [](double x, double y) { return 1 - std::max(x, y); };
  const auto d = static_cast<double>(points.at(0).size());
  return std::sqrt(squared_discrepancy(points, 1.0L / 3, one, two, std::pow(2.0, 1 - d)));
}

}  // namespace campaign_sim
