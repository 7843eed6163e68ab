#include "sim/search/model/minimise.hpp"

#include <Eigen/Core>
#include <cmath>

namespace campaign_sim {

namespace {

using Vector = Eigen::VectorXd;

constexpr double sufficient_decrease = 1e-4;  // Armijo's, as in Nocedal and Wright
constexpr double small_gradient = 1e-6;
constexpr double small_decrease = 1e-9;
constexpr int most_halvings = 25;

Eigen::Map<const Vector> view(const std::vector<double>& numbers) {
  return {numbers.data(), static_cast<Eigen::Index>(numbers.size())};
}

// Zeroes what would only push against a bound.
void hold_at_bounds(Vector& direction, const Vector& downhill, const Vector& x, const Box& box) {
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    const auto k = static_cast<std::size_t>(i);
    if ((x[i] <= box.low[k] && downhill[i] < 0) || (x[i] >= box.high[k] && downhill[i] > 0)) direction[i] = 0;
  }
}

}  // namespace

Minimum minimise(const SmoothFunction& function, std::vector<double> start, const Box& box,
                 int most_evaluations) {
  const auto size = static_cast<Eigen::Index>(start.size());
  const auto project = [&](const Vector& x) -> Vector {
    return x.cwiseMax(view(box.low)).cwiseMin(view(box.high));
  };
  int evaluations = 0;
  const auto evaluate = [&](const Vector& x, Vector& gradient) {
    ++evaluations;
    return function({x.data(), start.size()}, {gradient.data(), start.size()});
  };

  Vector x = project(view(start));
  Vector gradient = Vector::Zero(size);
  double value = evaluate(x, gradient);
  Eigen::MatrixXd inverse_hessian = Eigen::MatrixXd::Identity(size, size);
  bool scaled = false;
  while (evaluations < most_evaluations && std::isfinite(value) && gradient.allFinite()) {
    Vector downhill = -gradient;
    hold_at_bounds(downhill, -gradient, x, box);
    if (downhill.lpNorm<Eigen::Infinity>() < small_gradient) break;
    Vector direction = inverse_hessian * downhill;
    hold_at_bounds(direction, direction, x, box);
    if (direction.dot(gradient) >= 0) {
      inverse_hessian.setIdentity();
      scaled = false;
      direction = downhill;
    }
    double length = scaled ? 1.0 : std::min(1.0, 0.2 / direction.lpNorm<Eigen::Infinity>());

    Vector next_x;
    Vector next_gradient = Vector::Zero(size);
    double next_value = value;
    bool found = false;
    for (int i = 0; i < most_halvings && evaluations < most_evaluations && !found; ++i, length /= 2) {
      next_x = project(x + length * direction);
      next_value = evaluate(next_x, next_gradient);
      found = std::isfinite(next_value) && next_gradient.allFinite() &&
              next_value <= value + sufficient_decrease * gradient.dot(next_x - x);
    }
    if (!found) break;

    const Vector step = next_x - x;
    const Vector change = next_gradient - gradient;
    const double curvature = step.dot(change);
    if (curvature > 1e-12 * step.norm() * change.norm() && curvature > 0) {
      if (!scaled) inverse_hessian *= curvature / change.squaredNorm();
      scaled = true;
      const Vector moved = inverse_hessian * change;
      inverse_hessian += (curvature + change.dot(moved)) / (curvature * curvature) * step * step.transpose() -
                         (moved * step.transpose() + step * moved.transpose()) / curvature;
    }
    const bool flat = value - next_value < small_decrease * (1 + std::abs(value));
    x = next_x;
    gradient = next_gradient;
    value = next_value;
    if (flat) break;
  }
  return {std::vector<double>(x.begin(), x.end()), value};
}

}  // namespace campaign_sim
