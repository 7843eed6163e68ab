// The parts of a discrepancy nearly cancel, so its last digits depend on the order of the sums: it is
// SciPy's.
#include "tests/support/discrepancy.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/expect.hpp"

namespace campaign_sim::testing {

namespace {

double count(const PointSet& points) {
  CS_EXPECT(!points.empty());
  return static_cast<double>(points.size());
}

double dimensions(const PointSet& points) { return static_cast<double>(points.at(0).size()); }

// The sum over the points of a product over the dimensions.
template <class OfOne>
double sum_of_points(const PointSet& points, OfOne of_one) {
  double sum = 0;
  for (const auto& x : points) {
    double product = 1;
    for (const double coordinate : x) product *= of_one(coordinate);
    sum += product;
  }
  return sum;
}

// Adds to `sum`, for a point and each of all, a product over the dimensions.
template <class OfTwo>
double sum_with_all(double sum, const std::vector<double>& x, const PointSet& points, OfTwo of_two) {
  for (const auto& y : points) {
    double product = 1;
    for (std::size_t d = 0; d < x.size(); ++d) product *= of_two(x[d], y[d]);
    sum += product;
  }
  return sum;
}

template <class OfTwo>
double sum_of_pairs(const PointSet& points, OfTwo of_two) {
  double sum = 0;
  for (const auto& x : points) sum = sum_with_all(sum, x, points, of_two);
  return sum;
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
  const double n = count(points);
  return std::pow(13.0 / 12, dimensions(points)) - 2 / n * sum_of_points(points, one) +
         1 / (n * n) * sum_of_pairs(points, two);
}

double wraparound_discrepancy(const PointSet& points) {
  const auto two = [](double x, double y) { return 1.5 - std::abs(x - y) * (1 - std::abs(x - y)); };
  const double n = count(points);
  return -std::pow(4.0 / 3, dimensions(points)) + 1 / (n * n) * sum_of_pairs(points, two);
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
  const double n = count(points);
  return std::pow(19.0 / 12, dimensions(points)) - 2 / n * sum_of_points(points, one) +
         1 / (n * n) * sum_of_pairs(points, two);
}

double l2_star_discrepancy(const PointSet& points) {
  const auto one = [](double x) { return 1 - x * x; };
  const auto two = [](double x, double y) { return 1 - std::max(x, y); };
  const double n = count(points);
  const double d = dimensions(points);
  double pairs = 0;
  for (const auto& x : points) pairs += sum_with_all(0, x, points, two);
  return std::sqrt(std::pow(3.0, -d) - 1 / n * std::pow(2.0, 1 - d) * sum_of_points(points, one) +
                   1 / (n * n) * pairs);
}

}  // namespace campaign_sim::testing
