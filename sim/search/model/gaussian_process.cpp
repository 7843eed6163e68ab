#include "sim/search/model/gaussian_process.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "sim/core/expect.hpp"
#include "sim/search/model/minimise.hpp"

namespace campaign_sim {

namespace {

using Array = Eigen::ArrayXd;
using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using Eigen::Index;

// Correlation as a function of r², the squared distance in length scales.
Array correlation(CovarianceKind kind, const Array& r2) {
  switch (kind) {
    case CovarianceKind::rbf:
      return (-0.5 * r2).exp();
    case CovarianceKind::matern_12:
      return (-r2.sqrt()).exp();
    case CovarianceKind::matern_32: {
      const Array s = (3 * r2).sqrt();
      return (1 + s) * (-s).exp();
    }
    case CovarianceKind::matern_52:
      break;
  }
  const Array s = (5 * r2).sqrt();
  return (1 + s + s.square() / 3) * (-s).exp();
}

// Its derivative by r². Matérn 1/2 has a kink at 0: there every difference it multiplies is 0.
Array correlation_slope(CovarianceKind kind, const Array& r2) {
  switch (kind) {
    case CovarianceKind::rbf:
      return -0.5 * (-0.5 * r2).exp();
    case CovarianceKind::matern_12: {
      const Array r = r2.sqrt();
      return -0.5 * (-r).exp() / r.max(1e-150);
    }
    case CovarianceKind::matern_32:
      return -1.5 * (-(3 * r2).sqrt()).exp();
    case CovarianceKind::matern_52:
      break;
  }
  const Array s = (5 * r2).sqrt();
  return -5.0 / 6 * (1 + s) * (-s).exp();
}

// Coordinates in length scales.
double scale(const Covariance& covariance, const AxisOfColumn& axes, std::size_t column) {
  return covariance.length_scales[axes[column]];
}

Array squared_distances(const Matrix& points, Index count, const Vector& from) {
  Array r2 = Array::Zero(count);
  for (Index c = 0; c < points.cols(); ++c) r2 += (points.col(c).head(count).array() - from[c]).square();
  return r2;
}

double log_likelihood(const Vector& values, const Vector& weights, const Matrix& factor, Index n) {
  double log_determinant = 0;
  for (Index i = 0; i < n; ++i) log_determinant += std::log(factor(i, i));
  return -0.5 * values.dot(weights) - log_determinant -
         0.5 * static_cast<double>(n) * std::log(2 * std::numbers::pi);
}

}  // namespace

struct GaussianProcess::Impl {
  Covariance covariance;
  AxisOfColumn axes;
  Index n = 0;
  Matrix points;  // a row each, in length scales; more rows than points
  Matrix factor;  // lower Cholesky factor of the covariance matrix, in its top left corner
  Vector values;
  Vector weights;  // inverse covariance matrix times values

  auto lower() const { return factor.topLeftCorner(n, n).triangularView<Eigen::Lower>(); }
  auto upper() const { return factor.topLeftCorner(n, n).transpose().triangularView<Eigen::Upper>(); }

  Vector scaled(std::span<const double> point) const {
    Vector result(static_cast<Index>(point.size()));
    for (std::size_t c = 0; c < point.size(); ++c)
      result[static_cast<Index>(c)] = point[c] / scale(covariance, axes, c);
    return result;
  }

  Vector covariances(const Vector& at) const {
    return covariance.signal_variance *
           correlation(covariance.kind, squared_distances(points, n, at)).matrix();
  }

  double deviation(double explained) const {
    return std::sqrt(std::max(covariance.signal_variance - explained, 0.0));
  }
};

GaussianProcess::GaussianProcess(Covariance covariance, AxisOfColumn axis_of_column)
    : impl_{std::make_unique<Impl>()} {
  impl_->covariance = std::move(covariance);
  impl_->axes = std::move(axis_of_column);
  impl_->points.resize(0, static_cast<Index>(impl_->axes.size()));
}
GaussianProcess::GaussianProcess(GaussianProcess&&) noexcept = default;
GaussianProcess& GaussianProcess::operator=(GaussianProcess&&) noexcept = default;
GaussianProcess::~GaussianProcess() = default;

std::size_t GaussianProcess::size() const { return static_cast<std::size_t>(impl_->n); }
const Covariance& GaussianProcess::covariance() const { return impl_->covariance; }

void GaussianProcess::add(std::span<const double> point) {
  auto& gp = *impl_;
  CS_EXPECT(point.size() == gp.axes.size());
  if (gp.n == gp.points.rows()) {
    const Index capacity = std::max<Index>(2 * gp.n, 32);
    gp.points.conservativeResize(capacity, Eigen::NoChange);
    gp.factor.conservativeResize(capacity, capacity);
  }
  const Vector at = gp.scaled(point);
  Vector row = gp.covariances(at);
  gp.lower().solveInPlace(row);
  const double total = gp.covariance.signal_variance + gp.covariance.noise_variance;
  // A repeated point without noise would make it 0; rounding must not make it less.
  const double rest = std::max(total - row.squaredNorm(), 1e-12 * total);
  gp.points.row(gp.n) = at.transpose();
  gp.factor.row(gp.n).head(gp.n) = row.transpose();
  gp.factor(gp.n, gp.n) = std::sqrt(rest);
  ++gp.n;
}

void GaussianProcess::shrink(std::size_t points) {
  CS_EXPECT(points <= size());
  impl_->n = static_cast<Index>(points);
}

void GaussianProcess::set_values(std::span<const double> values) {
  auto& gp = *impl_;
  CS_EXPECT(values.size() == size());
  gp.values = Eigen::Map<const Vector>(values.data(), gp.n);
  gp.weights = gp.lower().solve(gp.values);
  gp.upper().solveInPlace(gp.weights);
}

double GaussianProcess::log_marginal_likelihood() const {
  return log_likelihood(impl_->values, impl_->weights, impl_->factor, impl_->n);
}

Posterior GaussianProcess::posterior(std::span<const double> at) const {
  const auto& gp = *impl_;
  Vector k = gp.covariances(gp.scaled(at));
  const double mean = k.dot(gp.weights);
  gp.lower().solveInPlace(k);
  return {mean, gp.deviation(k.squaredNorm())};
}

std::vector<Posterior> GaussianProcess::posterior(std::span<const std::vector<double>> at) const {
  if (at.empty()) return {};  // Eigen's solver does not take a matrix without columns
  const auto& gp = *impl_;
  Matrix k(gp.n, static_cast<Index>(at.size()));
  for (std::size_t j = 0; j < at.size(); ++j) k.col(static_cast<Index>(j)) = gp.covariances(gp.scaled(at[j]));
  const Vector means = k.transpose() * gp.weights;
  gp.lower().solveInPlace(k);
  std::vector<Posterior> result;
  for (Index j = 0; j < k.cols(); ++j) result.push_back({means[j], gp.deviation(k.col(j).squaredNorm())});
  return result;
}

GaussianProcess::Slope GaussianProcess::slope(std::span<const double> at) const {
  const auto& gp = *impl_;
  const Vector x = gp.scaled(at);
  const Array r2 = squared_distances(gp.points, gp.n, x);
  Vector k = gp.covariance.signal_variance * correlation(gp.covariance.kind, r2).matrix();
  const Array by_r2 = gp.covariance.signal_variance * correlation_slope(gp.covariance.kind, r2);
  Slope result{{k.dot(gp.weights), 0}, {}, {}};
  gp.lower().solveInPlace(k);
  result.posterior.deviation = gp.deviation(k.squaredNorm());
  gp.upper().solveInPlace(k);
  const double deviation = std::max(result.posterior.deviation, 1e-12);
  for (Index c = 0; c < x.size(); ++c) {
    const Vector by_x = (2 * by_r2 * (x[c] - gp.points.col(c).head(gp.n).array())).matrix() /
                        scale(gp.covariance, gp.axes, static_cast<std::size_t>(c));
    result.of_mean.push_back(by_x.dot(gp.weights));
    result.of_deviation.push_back(-by_x.dot(k) / deviation);
  }
  return result;
}

std::optional<Likelihood> likelihood(const Covariance& covariance, const AxisOfColumn& axis_of_column,
                                     std::span<const std::vector<double>> points,
                                     std::span<const double> values) {
  const auto n = static_cast<Index>(points.size());
  const auto columns = static_cast<Index>(axis_of_column.size());
  Matrix x(n, columns);
  for (Index i = 0; i < n; ++i)
    for (Index c = 0; c < columns; ++c) {
      const auto k = static_cast<std::size_t>(c);
      x(i, c) = points[static_cast<std::size_t>(i)][k] / scale(covariance, axis_of_column, k);
    }
  Matrix matrix(n, n);
  Matrix slopes(n, n);  // of the correlation, by r²
  for (Index j = 0; j < n; ++j) {
    const Array r2 = squared_distances(x, n, x.row(j));
    matrix.col(j) = covariance.signal_variance * correlation(covariance.kind, r2).matrix();
    slopes.col(j) = covariance.signal_variance * correlation_slope(covariance.kind, r2).matrix();
    slopes(j, j) = 0;
  }
  const Matrix signal = matrix;
  matrix.diagonal().array() += covariance.noise_variance;
  const Eigen::LLT<Matrix> cholesky{matrix};
  if (cholesky.info() != Eigen::Success) return std::nullopt;

  const Vector y = Eigen::Map<const Vector>(values.data(), n);
  const Vector weights = cholesky.solve(y);
  // R & W, eq. 5.9: the gradient by θ is ½ tr((w wᵀ - K⁻¹) ∂K/∂θ).
  Matrix outer = -cholesky.solve(Matrix::Identity(n, n));
  outer += weights * weights.transpose();
  Likelihood result{log_likelihood(y, weights, cholesky.matrixLLT(), n),
                    std::vector<double>(covariance.length_scales.size() + 2, 0.0)};
  const std::size_t axes = covariance.length_scales.size();
  result.gradient[axes] = 0.5 * outer.cwiseProduct(signal).sum();
  result.gradient[axes + 1] = 0.5 * covariance.noise_variance * outer.trace();
  // ∂r²/∂log l = -2 Δ²/l², and Σ G_ij (x_i - x_j)² = 2 Σ g_i x_i² - 2 xᵀ G x for symmetric G, g = G 1.
  const Matrix g = outer.cwiseProduct(slopes);
  const Vector row_sums = g.rowwise().sum();
  const Matrix gx = g * x;
  for (Index c = 0; c < columns; ++c) {
    const double sum = 2 * (row_sums.dot(x.col(c).cwiseAbs2()) - x.col(c).dot(gx.col(c)));
    result.gradient[axis_of_column[static_cast<std::size_t>(c)]] -= sum;
  }
  return result;
}

Covariance fit_covariance(std::span<const Covariance> starts, const AxisOfColumn& axis_of_column,
                          std::span<const std::vector<double>> points, std::span<const double> values,
                          std::optional<double> noise_variance, int most_evaluations) {
  CS_EXPECT(!starts.empty());
  const std::size_t axes = starts.front().length_scales.size();
  // The unit cube and standardised values bound what can be told apart.
  Box box{std::vector<double>(axes, std::log(0.01)), std::vector<double>(axes, std::log(20.0))};
  box.low.insert(box.low.end(), {std::log(0.02), std::log(noise_variance.value_or(1e-8))});
  box.high.insert(box.high.end(), {std::log(100.0), std::log(noise_variance.value_or(0.5))});

  const auto decode = [&](std::span<const double> at) {
    Covariance covariance{starts.front().kind, {}, std::exp(at[axes]), std::exp(at[axes + 1])};
    for (std::size_t a = 0; a < axes; ++a) covariance.length_scales.push_back(std::exp(at[a]));
    return covariance;
  };
  const SmoothFunction loss = [&](std::span<const double> at, std::span<double> gradient) {
    const auto here = likelihood(decode(at), axis_of_column, points, values);
    if (!here) return std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < gradient.size(); ++k) gradient[k] = -here->gradient[k];
    if (noise_variance) gradient.back() = 0;
    return -here->value;
  };

  std::optional<Minimum> best;
  for (const auto& start : starts) {
    std::vector<double> at;
    for (const double length : start.length_scales) at.push_back(std::log(length));
    at.push_back(std::log(start.signal_variance));
    at.push_back(std::log(noise_variance.value_or(start.noise_variance)));
    auto found = minimise(loss, std::move(at), box, most_evaluations);
    if (std::isfinite(found.value) && (!best || found.value < best->value)) best = std::move(found);
  }
  return best ? decode(best->at) : starts.front();
}

}  // namespace campaign_sim
