// BOHB's densities: a Gaussian kernel density estimator over the unit cube, with Aitchison and Aitken's
// kernel for unordered choices.
//
// Source: Falkner, Klein and Hutter, "BOHB", ICML 2018, as HpBandSter 0.7.4 computes it with statsmodels'
// KDEMultivariate: bandwidths by the normal reference rule, 1.06 σ n^(-1/(4+d)) with the population's σ,
// and at least 0.001; the kernels are not cut at the edges of the cube. Ours: a kernel of a choice knows all
// choices, not only those in the data, and its bandwidth ends where all are as likely; statsmodels has
// neither.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace campaign_sim {

class KernelDensity {
 public:
  static constexpr double smallest_bandwidth = 1e-3;

  // points[i][axis]; choices[axis]: how many, 0 on a numerical axis. A choice is given by its index.
  KernelDensity(std::vector<std::vector<double>> points, std::vector<std::size_t> choices);

  double density(std::span<const double> at) const;
  const std::vector<double>& bandwidths() const { return bandwidths_; }
  const std::vector<std::vector<double>>& points() const { return points_; }

 private:
  std::vector<std::vector<double>> points_;
  std::vector<std::size_t> choices_;
  std::vector<double> bandwidths_;
};

// Gives the inactive coordinates (nan) of each point a value, as HpBandSter does: all of them from one of the
// points where the first of them is active, until none is left; a value at random where it is active nowhere.
// `uniform(point, axis)` is a number from 0 to below 1.
void fill_inactive(std::vector<std::vector<double>>& points, std::span<const std::size_t> choices,
                   const std::function<double(std::size_t point, std::size_t axis)>& uniform);

// Which observations count as good and as bad: indices, best first, equal losses in quick_order.
struct GoodAndBad {
  std::vector<std::size_t> good;
  std::vector<std::size_t> bad;
};
// HpBandSter: top_n_percent of them are good, but at least `least`; as many as the rest's share are bad.
GoodAndBad split_for_density(std::span<const double> losses, int top_n_percent, std::size_t least);

// What BOHB minimises over candidates: bad density over good density, both at least 1e-32.
double density_ratio(double bad, double good);

}  // namespace campaign_sim
