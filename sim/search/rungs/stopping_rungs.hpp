// The rungs of ASHA, stopping type: a trial that reaches a rung goes on at once or stops for good.
//
// The paper (Li et al. 2020) promotes; each tool that stops instead has its own rule. A trial that diverged
// (its loss is not finite) ranks last and stops.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/trial.hpp"
#include "sim/search/rungs/order_statistic.hpp"

namespace campaign_sim {

enum class StoppingRule : std::uint8_t {
  // Syne Tune 0.13, StoppingRungSystem: goes on iff its loss is at most the quantile rung / next rung of all
  // at the rung, its own included; always if it is the first.
  syne_tune_0_13,
  // Syne Tune 0.15, schedulers/asha.py: goes on iff those strictly better are at most 1/eta of all, its own
  // included.
  syne_tune_0_15,
  // Ray Tune, AsyncHyperBandScheduler: stops iff it is worse than the 1/eta quantile of those before it.
  ray,
  // Optuna 4.9, SuccessiveHalvingPruner: goes on iff it is in the top floor(n / eta), at least the best one.
  optuna,
};

enum class RungDecision : std::uint8_t { go_on, stop };

class StoppingRungs {
 public:
  // eta is at least 2, 0 < r <= R. Rungs are r · eta^k < R; at R a trial is complete.
  StoppingRungs(StoppingRule rule, Resource min_resource, Resource max_resource, std::int64_t eta);

  const std::vector<Resource>& levels() const { return levels_; }
  // A trial has reached the rung; called once for each trial and rung.
  RungDecision report(std::size_t rung, double loss);

 private:
  struct StoppingRung {
    OrderStatistic<double> losses;
    RunningQuantile cutoff;
  };

  StoppingRule rule_;
  std::uint64_t eta_;
  std::vector<Resource> levels_;
  std::vector<StoppingRung> rungs_;
};

}  // namespace campaign_sim
