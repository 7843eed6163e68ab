// Rules that stop a trial by its learning curve so far: median stopping and Optuna's pruners.
//
// A trial reports at steps 1, 2, 3, …; what a step is in resource is the strategy's business. A trial that
// reports at the last step is complete and no longer asked about. Losses are finite: a diverged trial is
// stopped before any rule sees it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/search/rungs/order_statistic.hpp"

namespace campaign_sim {

// What one trial has reported.
class ReportedLosses {
 public:
  void add(double loss) {
    losses_.push_back(loss);
    best_.push_back(best_.empty() ? loss : std::min(best_.back(), loss));
    sum_ += loss;
  }
  std::size_t steps() const { return losses_.size(); }
  double at(std::size_t step) const { return losses_[step - 1]; }
  double latest() const { return losses_.back(); }
  double best() const { return best_.back(); }
  double best_until(std::size_t step) const { return best_[step - 1]; }
  double mean() const { return sum_ / static_cast<double>(losses_.size()); }

 private:
  std::vector<double> losses_;
  std::vector<double> best_;  // by each step
  double sum_ = 0;
};

class Pruner {
 public:
  virtual ~Pruner() = default;

  // The next step after this one at which the rule must be asked.
  virtual std::size_t next_check(std::size_t step) const { return step + 1; }
  // Whether the trial is to stop at its latest step. Asked once for each trial and step, and at least at
  // every step that `next_check` names.
  virtual bool stops(const ReportedLosses& trial) = 0;
  // The trial has reported at the last step.
  virtual void complete(const ReportedLosses& /*trial*/) {}
};

// At which steps a rule of Optuna looks: from the warm-up on, at the first report of each interval.
struct CheckTimes {
  std::size_t warmup = 0;
  std::size_t interval = 1;

  bool due(std::size_t step) const;
  std::size_t next(std::size_t step) const;
};

// Golovin et al., "Google Vizier", KDD 2017, section 3.2.2: stop if the best loss so far is worse than the
// median of the running means, up to the same step, of the trials that are complete.
std::unique_ptr<Pruner> vizier_median();

// Ray Tune, MedianStoppingRule, commit 04b8090: as Vizier's, but compared with every other trial that got at
// least as far, complete or not; means count from the grace period on.
struct RayMedian {
  std::size_t grace_period = 1;
  std::size_t min_samples = 3;  // other trials
};
std::unique_ptr<Pruner> ray_median(RayMedian parameters);

// Syne Tune 0.13, MedianStoppingRule: stop if the share of strictly better ones among all seen at the step,
// its own included, is above the cutoff.
struct SyneTuneMedian {
  bool running_average = true;  // compare running means, not the losses themselves
  std::size_t grace_time = 1;
  std::size_t grace_population = 5;  // its own included
  double rank_cutoff = 0.5;
};
std::unique_ptr<Pruner> syne_tune_median(SyneTuneMedian parameters);

// Optuna 4.9, PercentilePruner (at 50: MedianPruner): stop if the best loss so far is worse than the
// percentile of the complete trials' losses at the step.
struct OptunaPercentile {
  double percentile = 50;  // of the trials go on
  std::size_t startup_trials = 5;
  CheckTimes times = {};
  std::size_t min_trials = 1;  // with a loss at the step
  bool maximised = false;      // losses are negative metrics; Optuna interpolates between the metrics
};
std::unique_ptr<Pruner> optuna_percentile(OptunaPercentile parameters);

// Optuna 4.9, PatientPruner: asks the wrapped rule, or stops if there is none, once the best loss of the
// last patience + 1 reports is more than min_delta worse than the best before them.
std::unique_ptr<Pruner> optuna_patient(std::unique_ptr<Pruner> wrapped, std::size_t patience,
                                       double min_delta);

// Optuna 4.9, ThresholdPruner: stop if the loss leaves a range.
struct OptunaThreshold {
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  CheckTimes times = {};
};
std::unique_ptr<Pruner> optuna_threshold(OptunaThreshold parameters);

// Optuna 4.9, WilcoxonPruner: stop if the signed-rank test says that the losses are worse than those of the
// best complete trial at the same steps. A trial's value is the mean of its losses.
struct OptunaWilcoxon {
  double p_threshold = 0.1;
  std::size_t startup_steps = 0;
  bool maximised = false;  // losses are negative metrics
};
std::unique_ptr<Pruner> optuna_wilcoxon(OptunaWilcoxon parameters);

// The p value of the one-sided Wilcoxon signed-rank test that differences tend to be above zero, as SciPy
// 1.10 computes it with zero_method="zsplit": exact up to 50 differences without a zero, else by the normal
// approximation, zeros shared between the signs. At least one difference.
//
// Where differences tie, the sum of the positive ranks may end in a half. SciPy's exact test rounds it down,
// so the mirrored test, that metrics which are maximised tend to be below zero, rounds ours up.
enum class HalfRanks : std::uint8_t { down, up };
double wilcoxon_greater(const std::vector<double>& differences, HalfRanks half_ranks = HalfRanks::down);

}  // namespace campaign_sim
