// Parzen estimators of TPE: mixtures of one kernel per observation and a prior, on the unit interval.
//
// Source: Bergstra et al., "Algorithms for hyper-parameter optimization", NIPS 2011, in the form of
// Optuna 4.9 (_ParzenEstimator: prior weight 1, magic clipping on, endpoints off). A numerical kernel is a
// normal cut to the interval; on a grid, its mass in the cell of the value. A categorical kernel gives
// every choice 1/(n+1) and the observed one 1 more, normalised; the prior is uniform.
//
// Observations lie where the search space's transform puts them (to_unit), so a density here is the
// density over the parameter's own scale (logarithm for log parameters) times the width of its range.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace campaign_sim {

// Optuna 3.1 to 3.4 differ: the prior's centre is a neighbour of the observations, and the density of a
// normal kernel is not divided by its width, so that wide kernels count for too much (a mistake, mended in
// 3.5: https://github.com/optuna/optuna/issues/5109).
enum class ParzenRule : std::uint8_t { optuna_4_9, optuna_3_1 };

enum class AxisKind : std::uint8_t { continuous, grid, categorical };

struct ParzenAxis {
  AxisKind kind = AxisKind::continuous;
  std::size_t choices = 0;  // of a categorical axis
};

// A value on an axis.
struct Place {
  double at = 0;   // in the unit interval; index of the choice on a categorical axis
  double low = 0;  // the cell of the value, on a grid
  double high = 0;
};

struct Observation {
  double at;
  double weight;
};

// Smallest and largest kernel width, "magic clipping": 1 / min(100, n + 2) and the whole range.
double smallest_width(std::size_t observations);

// One parameter by itself (Optuna's default). The width of a kernel is the larger of the gaps to its
// neighbours.
class UnivariateParzen {
 public:
  struct Kernel {
    double centre;
    double width;
    double weight;  // normalised
  };

  // Observations on a numerical axis must be sorted by place; equal ones as quick_order leaves them.
  UnivariateParzen(ParzenAxis axis, std::span<const Observation> observations,
                   ParzenRule rule = ParzenRule::optuna_4_9);

  double density(const Place& place) const;
  // The place that two uniform numbers choose: the first the kernel, the second the place in it.
  double draw(double which, double where) const;

  // For a numerical axis: the observations' kernels in their order, then the prior's.
  const std::vector<Kernel>& kernels() const { return kernels_; }

 private:
  void build_numerical(std::span<const Observation> observations, ParzenRule rule);
  void prepare_densities(ParzenRule rule);
  void build_categorical(std::span<const Observation> observations);
  double continuous_density(double at) const;
  double grid_mass(const Place& place) const;

  ParzenAxis axis_;
  std::vector<Kernel> kernels_;
  std::vector<double> probabilities_;  // of the choices

  // The same kernels in the form that densities are summed from. Most of a long history has the
  // smallest width: those are kept sorted, so that the ones too far away to count are skipped.
  double narrow_width_ = 0;
  std::vector<double> narrow_centre_, narrow_factor_;
  std::vector<double> wide_centre_, wide_width_, wide_factor_;
};

// All parameters together (`multivariate`): a kernel is a product over the parameters, its width
// 0.2 n^(-1/(d+4)) on every axis.
class JointParzen {
 public:
  // columns[axis][k]: where the k-th observation lies on the axis.
  JointParzen(std::vector<ParzenAxis> axes, std::vector<std::vector<double>> columns,
              std::span<const double> weights, ParzenRule rule = ParzenRule::optuna_4_9);

  // Logarithms of the densities of candidates: candidates[j][axis].
  std::vector<double> log_densities(std::span<const std::vector<Place>> candidates) const;
  // uniforms: one to choose the kernel, then one per axis.
  std::vector<double> draw(std::span<const double> uniforms) const;

  double width() const { return width_; }
  // Normalised; the last one is the prior's.
  const std::vector<double>& weights() const { return weights_; }

 private:
  std::size_t observations() const { return weights_.size() - 1; }

  std::vector<ParzenAxis> axes_;
  std::vector<std::vector<double>> columns_;
  // On a grid many observations share a value: which one each has.
  struct Grid {
    std::vector<double> centres;
    std::vector<std::size_t> which;
  };
  std::vector<Grid> grids_;
  std::vector<double> weights_;
  std::vector<double> cumulative_;
  double width_;
  ParzenRule rule_;
};

}  // namespace campaign_sim
