// Where a Gaussian process promises most: the maximum of an acquisition function over the search space.
//
// Random configurations and neighbours of good ones are rated together; from the best of them a search
// goes on, alternating a gradient method over the reals and a look at the neighbouring values of every
// other parameter, as Optuna's GPSampler does. Every point rated is a configuration of the space, rounded
// and allowed (Garrido-Merchán and Hernández-Lobato, Neurocomputing 380, 2020).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/space.hpp"
#include "sim/search/model/gaussian_process.hpp"
#include "sim/search/samplers/draws.hpp"
#include "sim/search/samplers/gp_features.hpp"

namespace campaign_sim {

enum class AcquisitionKind : std::uint8_t { log_ei, ei, pi, lcb };

struct Acquisition {
  AcquisitionKind kind = AcquisitionKind::log_ei;
  double deviations = 2;  // of lcb

  // More is better.
  double value(const Posterior& loss, double best) const;
  // By the mean and by the standard deviation.
  struct Slope {
    double by_mean;
    double by_deviation;
  };
  Slope slope(const Posterior& loss, double best) const;
};

// What a trial is expected to cost: a process over the logarithm of the cost, standardised. An acquisition
// function per cost is its logarithm less the expected one of the cost, so the mean cost does not matter.
struct LogCost {
  const GaussianProcess* process;
  double deviation;  // one of the standardised values, as a logarithm
};

class AcquisitionSearch {
 public:
  AcquisitionSearch(const Space& space, const GpFeatures& features, const GaussianProcess& gp,
                    const Acquisition& acquisition, double best, std::optional<LogCost> cost = std::nullopt);

  // Nothing if no configuration that was tried satisfies the constraints.
  std::optional<Configuration> maximum(std::span<const Configuration> good, Draws& draws) const;

 private:
  struct Rated {
    Configuration configuration;
    double value;
  };

  std::vector<Configuration> candidates(std::span<const Configuration> good, Draws& draws) const;
  std::vector<Rated> rate(std::vector<Configuration> configurations) const;
  void climb(Rated& rated) const;              // over the reals
  bool step_to_neighbour(Rated& rated) const;  // over all other parameters

  const Space& space_;
  const GpFeatures& features_;
  const GaussianProcess& gp_;
  Acquisition acquisition_;
  double best_;
  std::optional<LogCost> cost_;
};

}  // namespace campaign_sim
