// Gaussian process regression: the posterior of a function of which some values are known.
//
// Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006): algorithm 2.1 for the
// posterior and the likelihood, section 4.2 for the covariances, eq. 5.9 for the gradient. Prior mean 0.
// Points are added one at a time by extending the Cholesky factor by a row, O(n²), and the latest ones
// can be taken back at no cost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/search/model/acquisition.hpp"

namespace campaign_sim {

enum class CovarianceKind : std::uint8_t { rbf, matern_12, matern_32, matern_52 };

struct Covariance {
  CovarianceKind kind = CovarianceKind::matern_52;
  std::vector<double> length_scales;  // automatic relevance determination: one for each axis
  double signal_variance = 1;
  double noise_variance = 1e-6;
};

// Coordinates of a point; several may share an axis, and so its length scale (a choice written one-hot).
using AxisOfColumn = std::vector<std::size_t>;

class GaussianProcess {
 public:
  GaussianProcess(Covariance covariance, AxisOfColumn axis_of_column);
  GaussianProcess(GaussianProcess&&) noexcept;
  GaussianProcess& operator=(GaussianProcess&&) noexcept;
  ~GaussianProcess();

  std::size_t size() const;
  const Covariance& covariance() const;

  void add(std::span<const double> point);
  // Forgets all points but the first `points`.
  void shrink(std::size_t points);
  // The values at the points, in their order. Needed after every change of the points.
  void set_values(std::span<const double> values);

  double log_marginal_likelihood() const;
  // Of the function itself, without the noise.
  Posterior posterior(std::span<const double> at) const;
  std::vector<Posterior> posterior(std::span<const std::vector<double>> at) const;

  struct Slope {
    Posterior posterior;
    std::vector<double> of_mean;  // by the coordinates
    std::vector<double> of_deviation;
  };
  Slope slope(std::span<const double> at) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The log marginal likelihood and its gradient by the logarithms of the length scales, of the signal
// variance and of the noise variance, in this order. Nothing if the covariance matrix is singular.
struct Likelihood {
  double value;
  std::vector<double> gradient;
};
std::optional<Likelihood> likelihood(const Covariance& covariance, const AxisOfColumn& axis_of_column,
                                     std::span<const std::vector<double>> points,
                                     std::span<const double> values);

// The covariance of largest marginal likelihood, searched from each of `starts`. Values should have mean 0
// and variance 1. A noise variance that is given is kept.
Covariance fit_covariance(std::span<const Covariance> starts, const AxisOfColumn& axis_of_column,
                          std::span<const std::vector<double>> points, std::span<const double> values,
                          std::optional<double> noise_variance, int most_evaluations);

}  // namespace campaign_sim
