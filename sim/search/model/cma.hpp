// CMA-ES: a normal search distribution that follows the best of its samples.
//
// Source: N. Hansen, "The CMA Evolution Strategy: A Tutorial" (arXiv:1604.00772), with its default
// constants and negative weights (active CMA), as the Python package cmaes 0.13 computes it.
#pragma once

#include <memory>
#include <span>
#include <vector>

namespace campaign_sim {

struct CmaConstants {
  std::size_t dimensions = 0;
  std::size_t population = 0;
  std::size_t parents = 0;       // mu
  double effective_parents = 0;  // mu_eff
  std::vector<double> weights;   // of the sorted population; the second half negative
  double c_sigma = 0, d_sigma = 0, c_c = 0, c_1 = 0, c_mu = 0, chi_n = 0;
};

// 4 + ⌊3 log n⌋.
std::size_t default_population(std::size_t dimensions);
CmaConstants cma_constants(std::size_t dimensions, std::size_t population);

class Cma {
 public:
  Cma(std::vector<double> mean, double sigma, std::size_t population);
  Cma(Cma&&) noexcept;
  Cma& operator=(Cma&&) noexcept;
  ~Cma();

  // A sample: the search distribution at as many independent standard normal numbers.
  std::vector<double> sample(std::span<const double> normals) const;

  // A whole population of points and their losses: one generation. Ties: the earlier point first.
  void tell(std::span<const std::vector<double>> points, std::span<const double> losses);

  // Whether the distribution can hardly improve any more: the tutorial's section B.3.
  bool should_stop() const;

  int generation() const;
  const CmaConstants& constants() const;
  std::vector<double> mean() const;
  double sigma() const;
  std::vector<std::vector<double>> covariance() const;
  std::vector<double> path_of_sigma() const;
  std::vector<double> path_of_covariance() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace campaign_sim
