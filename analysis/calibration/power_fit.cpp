#include "analysis/calibration/power_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <set>

namespace campaign_sim::calibration {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t most_rises =
    20;                         // between knots: a curve is steep somewhere, and that is not known before
constexpr double apart = 0.02;  // utilisation, at least, from knot to knot

// x >= 0 that minimises |Ax - b|, from A'A and A'b.
VectorXd non_negative_least_squares(const MatrixXd& gram, const VectorXd& moment) {
  const Index n = gram.rows();
  VectorXd x = VectorXd::Zero(n);
  std::vector<Index> passive;  // the unknowns that are free; the others are held at 0
  const double tolerance = 1e-10 * std::max(1.0, moment.cwiseAbs().maxCoeff());
  const auto solve = [&] {
    const auto size = static_cast<Index>(passive.size());
    MatrixXd part(size, size);
    VectorXd right(size);
    for (Index i = 0; i < size; ++i) {
      right[i] = moment[passive[static_cast<std::size_t>(i)]];
      for (Index j = 0; j < size; ++j)
        part(i, j) = gram(passive[static_cast<std::size_t>(i)], passive[static_cast<std::size_t>(j)]);
    }
    return VectorXd{part.completeOrthogonalDecomposition().solve(right)};
  };
  for (Index round = 0; round < 3 * n; ++round) {
    const VectorXd gradient = moment - gram * x;
    Index best = -1;
    for (Index i = 0; i < n; ++i)
      if (std::ranges::find(passive, i) == passive.end() && gradient[i] > tolerance &&
          (best < 0 || gradient[i] > gradient[best]))
        best = i;
    if (best < 0) break;
    passive.push_back(best);
    VectorXd free = solve();
    while (free.size() > 0 && free.minCoeff() <= 0) {
      double step = 1;  // as far towards the free solution as nothing turns negative
      for (Index i = 0; i < free.size(); ++i)
        if (const double from = x[passive[static_cast<std::size_t>(i)]]; free[i] <= 0 && from > free[i])
          step = std::min(step, from / (from - free[i]));
      for (Index i = 0; i < free.size(); ++i) {
        double& value = x[passive[static_cast<std::size_t>(i)]];
        value += step * (free[i] - value);
      }
      std::erase_if(passive, [&](Index i) { return x[i] <= 1e-12; });
      for (Index i = 0; i < n; ++i)
        if (std::ranges::find(passive, i) == passive.end()) x[i] = 0;
      free = solve();
    }
    for (Index i = 0; i < free.size(); ++i) x[passive[static_cast<std::size_t>(i)]] = free[i];
  }
  return x;
}

// 0, then quantiles of what was read, so that there are readings between any two.
std::vector<double> knots_for(std::span<const Drawn> readings) {
  std::set<double> read;
  for (const Drawn& one : readings)
    if (one.utilisation > at_rest) read.insert(std::round(one.utilisation * 1000) / 1000);
  const std::vector<double> levels(read.begin(), read.end());
  const std::size_t rises = std::min(most_rises, levels.size());
  std::vector<double> knots = {0};
  for (std::size_t i = 1; i <= rises; ++i) {
    const double level = i == rises ? levels.back() : levels[i * levels.size() / rises - 1];
    if (i == rises && knots.size() > 1 && level - knots.back() < apart) knots.pop_back();
    if (level - knots.back() >= apart || i == rises) knots.push_back(level);
  }
  return knots;
}

// How much of the rise from knot to knot lies below a utilisation.
double passed(double utilisation, double from, double to) {
  return std::clamp((utilisation - from) / (to - from), 0.0, 1.0);
}

void measure_residuals(PowerFit& fit, std::span<const Drawn> readings) {
  double mean = 0;
  for (const Drawn& one : readings) mean += one.watts / static_cast<double>(readings.size());
  double residual = 0;
  double spread = 0;
  for (const Drawn& one : readings) {
    residual += std::pow(one.watts - fit.watts(one.utilisation), 2);
    spread += std::pow(one.watts - mean, 2);
  }
  fit.rmse_w = std::sqrt(residual / static_cast<double>(readings.size()));
  fit.r2 = spread > 0 ? 1 - residual / spread : 0;
}

}  // namespace

double PowerFit::watts(double utilisation) const {
  double sum = points.front().watts;
  for (std::size_t i = 1; i < points.size(); ++i)
    sum += passed(utilisation, points[i - 1].utilisation, points[i].utilisation) *
           (points[i].watts - points[i - 1].watts);
  return sum;
}

std::optional<PowerFit> fit_power(std::span<const Drawn> readings, double rest_w) {
  const std::vector<double> knots = knots_for(readings);
  PowerFit fit;
  fit.readings = readings.size();
  fit.rest_seen = std::ranges::any_of(readings, [](const Drawn& one) { return one.utilisation <= at_rest; });
  if (knots.size() + (fit.rest_seen ? 1 : 0) < 3) return std::nullopt;

  // The first unknown is the draw at rest, which is given where nothing was read there.
  const auto rises = static_cast<Index>(knots.size()) - 1;
  MatrixXd gram = MatrixXd::Zero(rises + 1, rises + 1);
  VectorXd moment = VectorXd::Zero(rises + 1);
  VectorXd row(rises + 1);
  for (const Drawn& one : readings) {
    row[0] = fit.rest_seen ? 1 : 0;
    for (Index i = 0; i < rises; ++i)
      row[i + 1] =
          passed(one.utilisation, knots[static_cast<std::size_t>(i)], knots[static_cast<std::size_t>(i) + 1]);
    gram += row * row.transpose();
    moment += row * (one.watts - (fit.rest_seen ? 0 : rest_w));
  }
  const VectorXd found = non_negative_least_squares(gram, moment);
  double watts = fit.rest_seen ? found[0] : rest_w;
  fit.points.push_back({0, watts});
  for (Index i = 0; i < rises; ++i)
    fit.points.push_back({knots[static_cast<std::size_t>(i) + 1], watts += found[i + 1]});
  fit.lowest = std::ranges::min(readings, {}, &Drawn::utilisation).utilisation;
  fit.highest = fit.points.back().utilisation;
  if (fit.highest < 1) fit.points.push_back({1, watts});
  measure_residuals(fit, readings);
  return fit;
}

}  // namespace campaign_sim::calibration
