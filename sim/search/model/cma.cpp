#include "sim/search/model/cma.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/core/expect.hpp"

namespace campaign_sim {

namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using Eigen::Index;

constexpr double epsilon = 1e-8;  // against division by zero, as in cmaes
constexpr double largest_sigma = 1e32;

Vector vector_of(std::span<const double> numbers) {
  return Eigen::Map<const Vector>(numbers.data(), static_cast<Index>(numbers.size()));
}
std::vector<double> numbers_of(const Vector& vector) { return {vector.begin(), vector.end()}; }

}  // namespace

std::size_t default_population(std::size_t dimensions) {
  return 4 + static_cast<std::size_t>(std::floor(3 * std::log(static_cast<double>(dimensions))));
}

// Numbers in brackets are the tutorial's equations.
CmaConstants cma_constants(std::size_t dimensions, std::size_t population) {
  const auto n = static_cast<double>(dimensions);
  CmaConstants k;
  k.dimensions = dimensions;
  k.population = population;
  k.parents = population / 2;
  for (std::size_t i = 1; i <= population; ++i)  // (49)
    k.weights.push_back(std::log((static_cast<double>(population) + 1) / 2) -
                        std::log(static_cast<double>(i)));
  const auto effective = [&](std::size_t first, std::size_t last) {
    double sum = 0;
    double squares = 0;
    for (std::size_t i = first; i < last; ++i) {
      sum += k.weights[i];
      squares += k.weights[i] * k.weights[i];
    }
    return sum * sum / squares;
  };
  k.effective_parents = effective(0, k.parents);
  const double effective_rest = effective(k.parents, population);
  const double m = k.effective_parents;
  constexpr double alpha = 2;
  k.c_1 = alpha / ((n + 1.3) * (n + 1.3) + m);                                                         // (57)
  k.c_mu = std::min(1 - k.c_1 - 1e-8, alpha * (m - 2 + 1 / m) / ((n + 2) * (n + 2) + alpha * m / 2));  // (58)
  const double negative = std::min({1 + k.c_1 / k.c_mu, 1 + 2 * effective_rest / (m + 2),
                                    (1 - k.c_1 - k.c_mu) / (n * k.c_mu)});  // (50) to (52)
  double positive_sum = 0;
  double negative_sum = 0;
  for (const double weight : k.weights) (weight > 0 ? positive_sum : negative_sum) += std::abs(weight);
  for (double& weight : k.weights)
    weight *= weight >= 0 ? 1 / positive_sum : negative / negative_sum;             // (53)
  k.c_sigma = (m + 2) / (n + m + 5);                                                // (55)
  k.d_sigma = 1 + 2 * std::max(0.0, std::sqrt((m - 1) / (n + 1)) - 1) + k.c_sigma;  // (55)
  k.c_c = (4 + m / n) / (n + 4 + 2 * m / n);                                        // (56)
  k.chi_n = std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
  return k;
}

struct Cma::Impl {
  CmaConstants k;
  Vector mean;
  double sigma;
  double first_sigma;
  Matrix covariance;
  Vector path_of_sigma;
  Vector path_of_covariance;
  int generation = 0;
  // covariance = axes · diag(lengths²) · axesᵀ
  Matrix axes;
  Vector lengths;
  std::vector<double> best_of_generations;
  double spread_of_generation = std::numeric_limits<double>::infinity();

  void decompose() {
    covariance = (0.5 * (covariance + covariance.transpose())).eval();
    const Eigen::SelfAdjointEigenSolver<Matrix> solver{covariance};
    axes = solver.eigenvectors();
    lengths = solver.eigenvalues().unaryExpr([](double v) { return std::sqrt(v < 0 ? epsilon : v); });
    covariance = axes * lengths.cwiseAbs2().asDiagonal() * axes.transpose();
  }
};

Cma::Cma(std::vector<double> mean, double sigma, std::size_t population) : impl_{std::make_unique<Impl>()} {
  CS_EXPECT(!mean.empty() && sigma > 0 && population > 1);
  const auto n = static_cast<Index>(mean.size());
  *impl_ = {.k = cma_constants(mean.size(), population),
            .mean = vector_of(mean),
            .sigma = sigma,
            .first_sigma = sigma,
            .covariance = Matrix::Identity(n, n),
            .path_of_sigma = Vector::Zero(n),
            .path_of_covariance = Vector::Zero(n),
            .axes = Matrix::Identity(n, n),
            .lengths = Vector::Ones(n),
            .best_of_generations = {}};
}
Cma::Cma(Cma&&) noexcept = default;
Cma& Cma::operator=(Cma&&) noexcept = default;
Cma::~Cma() = default;

std::vector<double> Cma::sample(std::span<const double> normals) const {
  const auto& s = *impl_;
  CS_EXPECT(normals.size() == s.k.dimensions);
  return numbers_of(s.mean + s.sigma * (s.axes * s.lengths.cwiseProduct(vector_of(normals))));
}

void Cma::tell(std::span<const std::vector<double>> points, std::span<const double> losses) {
  auto& s = *impl_;
  const auto& k = s.k;
  CS_EXPECT(points.size() == k.population && losses.size() == k.population);
  const auto n = static_cast<double>(k.dimensions);
  std::vector<std::size_t> order(k.population);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return losses[i]; });
  s.best_of_generations.push_back(losses[order.front()]);
  s.spread_of_generation = losses[order.back()] - losses[order.front()];
  ++s.generation;

  std::vector<Vector> steps;
  for (const std::size_t i : order) steps.push_back((vector_of(points[i]) - s.mean) / s.sigma);
  Vector mean_step = Vector::Zero(s.mean.size());
  for (std::size_t i = 0; i < k.parents; ++i) mean_step += k.weights[i] * steps[i];
  s.mean += s.sigma * mean_step;

  const Matrix inverse_root = s.axes * s.lengths.cwiseInverse().asDiagonal() * s.axes.transpose();
  s.path_of_sigma = (1 - k.c_sigma) * s.path_of_sigma +
                    std::sqrt(k.c_sigma * (2 - k.c_sigma) * k.effective_parents) * (inverse_root * mean_step);
  const double length = s.path_of_sigma.norm();
  s.sigma = std::min(s.sigma * std::exp(k.c_sigma / k.d_sigma * (length / k.chi_n - 1)), largest_sigma);

  // The path stalls while the step length is still growing fast.
  const double warm_up = std::sqrt(1 - std::pow(1 - k.c_sigma, 2 * (s.generation + 1)));
  const bool moving = length / warm_up < (1.4 + 2 / (n + 1)) * k.chi_n;
  s.path_of_covariance *= 1 - k.c_c;
  if (moving) s.path_of_covariance += std::sqrt(k.c_c * (2 - k.c_c) * k.effective_parents) * mean_step;

  const double weight_sum = std::accumulate(k.weights.begin(), k.weights.end(), 0.0);
  const double stalled = moving ? 0 : k.c_c * (2 - k.c_c);
  s.covariance *= 1 + k.c_1 * stalled - k.c_1 - k.c_mu * weight_sum;
  s.covariance += k.c_1 * s.path_of_covariance * s.path_of_covariance.transpose();
  for (std::size_t i = 0; i < k.population; ++i) {
    // A bad step counts by its direction only, so that the covariance stays positive definite.
    const double size = k.weights[i] >= 0 ? 1 : n / ((inverse_root * steps[i]).squaredNorm() + epsilon);
    s.covariance += k.c_mu * k.weights[i] * size * steps[i] * steps[i].transpose();
  }
  s.decompose();
}

bool Cma::should_stop() const {
  const auto& s = *impl_;
  const auto n = static_cast<Index>(s.k.dimensions);
  // The thresholds of cmaes 0.13, which are pycma's.
  constexpr double flat = 1e-12;
  const auto window = static_cast<std::size_t>(
      10 + std::ceil(30.0 * static_cast<double>(n) / static_cast<double>(s.k.population)));
  if (s.best_of_generations.size() > window) {
    const auto first = s.best_of_generations.end() - static_cast<std::ptrdiff_t>(window);
    const auto [low, high] = std::minmax_element(first, s.best_of_generations.end());
    if (s.spread_of_generation < flat && *high - *low < flat) return true;
  }
  const Vector deviations = s.covariance.diagonal().cwiseSqrt();
  const double tiny = 1e-12 * s.first_sigma;
  if ((s.sigma * deviations.array() < tiny).all() &&
      (s.sigma * s.path_of_covariance.array().abs() < tiny).all())
    return true;
  if (s.sigma * s.lengths.maxCoeff() > 1e4 * s.first_sigma * std::max(1.0, s.lengths.minCoeff())) return true;
  if ((s.mean.array() == s.mean.array() + 0.2 * s.sigma * deviations.array()).any()) return true;
  const Index axis = s.generation % n;
  const Vector nudged = s.mean + 0.1 * s.sigma * s.lengths[axis] * s.axes.col(axis);
  if ((s.mean.array() == nudged.array()).all()) return true;
  const double condition = s.lengths.maxCoeff() / s.lengths.minCoeff();
  return condition * condition > 1e14;
}

int Cma::generation() const { return impl_->generation; }
const CmaConstants& Cma::constants() const { return impl_->k; }
std::vector<double> Cma::mean() const { return numbers_of(impl_->mean); }
double Cma::sigma() const { return impl_->sigma; }
std::vector<std::vector<double>> Cma::covariance() const {
  std::vector<std::vector<double>> rows;
  for (Index i = 0; i < impl_->covariance.rows(); ++i) rows.push_back(numbers_of(impl_->covariance.row(i)));
  return rows;
}
std::vector<double> Cma::path_of_sigma() const { return numbers_of(impl_->path_of_sigma); }
std::vector<double> Cma::path_of_covariance() const { return numbers_of(impl_->path_of_covariance); }

}  // namespace campaign_sim
