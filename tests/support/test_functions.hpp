// Objectives whose minimum is known, for the quality of samplers.
//
// Sources: Branin, L. C. W. Dixon and G. P. Szegö (1978); Hartmann 3 and 6 with a fidelity, K. Kandasamy
// et al., "Multi-fidelity Bayesian optimisation with continuous approximations", ICML 2017, in the form of
// mf-prior-bench: alpha' = alpha - bias (1 - log z / log z_max).
#pragma once

#include <array>
#include <cmath>
#include <numbers>
#include <span>

namespace campaign_sim::testing {

// x in [-5, 10] × [0, 15]; three minima of 0.397887.
inline double branin(double x, double y) {
  constexpr double pi = std::numbers::pi;
  const double valley = y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6;
  return valley * valley + 10 * (1 - 1 / (8 * pi)) * std::cos(x) + 10;
}
inline constexpr double branin_minimum = 0.39788735772973816;

namespace detail {

template <std::size_t D>
double hartmann(std::span<const double> x, const std::array<std::array<double, D>, 4>& a,
                const std::array<std::array<double, D>, 4>& p, double lost) {
  constexpr std::array<double, 4> alpha = {1.0, 1.2, 3.0, 3.2};
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    double exponent = 0;
    for (std::size_t j = 0; j < D; ++j) exponent += a[i][j] * (x[j] - p[i][j]) * (x[j] - p[i][j]);
    sum += (alpha[i] - lost) * std::exp(-exponent);
  }
  return -sum;
}

}  // namespace detail

// What of alpha is lost at a fidelity z in 1 … z_max.
inline double lost_fidelity(double z, double z_max, double bias) {
  return bias * (1 - std::log(z) / std::log(z_max));
}

// x in [0, 1]^3; minimum -3.86278.
inline double hartmann3(std::span<const double> x, double lost = 0) {
  constexpr std::array<std::array<double, 3>, 4> a = {
      {{3, 10, 30}, {0.1, 10, 35}, {3, 10, 30}, {0.1, 10, 35}}};
  constexpr std::array<std::array<double, 3>, 4> p = {{{0.3689, 0.1170, 0.2673},
                                                       {0.4699, 0.4387, 0.7470},
                                                       {0.1091, 0.8732, 0.5547},
                                                       {0.0381, 0.5743, 0.8828}}};
  return detail::hartmann<3>(x, a, p, lost);
}

// x in [0, 1]^6; minimum -3.32237.
inline double hartmann6(std::span<const double> x, double lost = 0) {
  constexpr std::array<std::array<double, 6>, 4> a = {{{10, 3, 17, 3.5, 1.7, 8},
                                                       {0.05, 10, 17, 0.1, 8, 14},
                                                       {3, 3.5, 1.7, 10, 17, 8},
                                                       {17, 8, 0.05, 10, 0.1, 14}}};
  constexpr std::array<std::array<double, 6>, 4> p = {{{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
                                                       {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
                                                       {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
                                                       {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}}};
  return detail::hartmann<6>(x, a, p, lost);
}

}  // namespace campaign_sim::testing
