#include "sim/search/pruning/pruners.hpp"

#include <algorithm>
#include <utility>

namespace campaign_sim {

bool CheckTimes::due(std::size_t step) const {
  if (step < warmup) return false;
  // Steps count from 1 and none is left out, so the first of an interval is its start, or the first of all.
  return step == 1 || (step - warmup) % interval == 0;
}

std::size_t CheckTimes::next(std::size_t step) const {
  std::size_t check = std::max(step + 1, warmup);
  if (check > 1) check += (interval - (check - warmup) % interval) % interval;
  return check;
}

namespace {

// One statistic for each step, made as steps appear.
template <class Statistic>
class ByStep {
 public:
  explicit ByStep(Statistic empty) : empty_{std::move(empty)} {}
  Statistic& at(std::size_t step) {
    if (by_step_.size() < step) by_step_.resize(step, empty_);
    return by_step_[step - 1];
  }

 private:
  Statistic empty_;
  std::vector<Statistic> by_step_;
};

class VizierMedian final : public Pruner {
 public:
  bool stops(const ReportedLosses& trial) override {
    const auto& means = means_.at(trial.steps());
    return means.size() > 0 && trial.best() > means.value();
  }
  void complete(const ReportedLosses& trial) override {
    double sum = 0;
    for (std::size_t step = 1; step <= trial.steps(); ++step) {
      sum += trial.at(step);
      means_.at(step).insert(sum / static_cast<double>(step));
    }
  }

 private:
  ByStep<RunningQuantile> means_{RunningQuantile{0.5}};
};

class RayMedianStopping final : public Pruner {
 public:
  explicit RayMedianStopping(RayMedian parameters) : parameters_{parameters} {}

  std::size_t next_check(std::size_t step) const override {
    return std::max(step + 1, parameters_.grace_period);
  }
  bool stops(const ReportedLosses& trial) override {
    const std::size_t step = trial.steps();
    if (step < parameters_.grace_period) return false;
    auto& means = means_.at(step);
    const bool worse = means.size() >= parameters_.min_samples && trial.best() > means.value();
    double sum = 0;
    const std::size_t first = std::max<std::size_t>(parameters_.grace_period, 1);
    for (std::size_t i = first; i <= step; ++i) sum += trial.at(i);
    means.insert(sum / static_cast<double>(step + 1 - first));
    return worse;
  }

 private:
  RayMedian parameters_;
  ByStep<RunningQuantile> means_{RunningQuantile{0.5}};
};

class SyneTuneMedianStopping final : public Pruner {
 public:
  explicit SyneTuneMedianStopping(SyneTuneMedian parameters) : parameters_{parameters} {}

  bool stops(const ReportedLosses& trial) override {
    const std::size_t step = trial.steps();
    auto& seen = seen_.at(step);
    const double value = parameters_.running_average ? trial.mean() : trial.latest();
    const std::size_t n = seen.size() + 1;
    const std::size_t better = most_better(n);
    seen.insert(value, std::min(better + 1, n));
    if (n < parameters_.grace_population || step < parameters_.grace_time) return false;
    return value > seen.low_border();
  }

 private:
  // The largest number of better ones whose share of n is not above the cutoff.
  std::size_t most_better(std::size_t n) const {
    const auto count = static_cast<double>(n);
    auto better = static_cast<std::size_t>(parameters_.rank_cutoff * count);
    while (better < n && static_cast<double>(better + 1) / count <= parameters_.rank_cutoff) ++better;
    while (better > 0 && static_cast<double>(better) / count > parameters_.rank_cutoff) --better;
    return better;
  }

  SyneTuneMedian parameters_;
  ByStep<OrderStatistic<double>> seen_{{}};
};

class PercentilePruner final : public Pruner {
 public:
  explicit PercentilePruner(OptunaPercentile parameters)
      : parameters_{parameters},
        metrics_{RunningQuantile{
            (parameters.maximised ? 100 - parameters.percentile : parameters.percentile) / 100}} {}

  std::size_t next_check(std::size_t step) const override { return parameters_.times.next(step); }
  bool stops(const ReportedLosses& trial) override {
    if (complete_ == 0 || complete_ < parameters_.startup_trials) return false;
    if (!parameters_.times.due(trial.steps())) return false;
    const auto& metrics = metrics_.at(trial.steps());
    return metrics.size() >= std::max<std::size_t>(parameters_.min_trials, 1) &&
           trial.best() > metric(metrics.value());
  }
  void complete(const ReportedLosses& trial) override {
    ++complete_;
    for (std::size_t step = 1; step <= trial.steps(); ++step)
      metrics_.at(step).insert(metric(trial.at(step)));
  }

 private:
  // Of a loss, and back.
  double metric(double loss) const { return parameters_.maximised ? -loss : loss; }

  OptunaPercentile parameters_;
  std::size_t complete_ = 0;
  ByStep<RunningQuantile> metrics_;
};

class PatientPruner final : public Pruner {
 public:
  PatientPruner(std::unique_ptr<Pruner> wrapped, std::size_t patience, double min_delta)
      : wrapped_{std::move(wrapped)}, patience_{patience}, min_delta_{min_delta} {}

  bool stops(const ReportedLosses& trial) override {
    const std::size_t steps = trial.steps();
    if (steps <= patience_ + 1) return false;
    const std::size_t before = steps - patience_ - 1;
    double recent = trial.latest();
    for (std::size_t step = before + 1; step < steps; ++step) recent = std::min(recent, trial.at(step));
    if (!(trial.best_until(before) + min_delta_ < recent)) return false;
    return !wrapped_ || wrapped_->stops(trial);
  }
  void complete(const ReportedLosses& trial) override {
    if (wrapped_) wrapped_->complete(trial);
  }

 private:
  std::unique_ptr<Pruner> wrapped_;
  std::size_t patience_;
  double min_delta_;
};

class ThresholdPruner final : public Pruner {
 public:
  explicit ThresholdPruner(OptunaThreshold parameters) : parameters_{parameters} {}

  std::size_t next_check(std::size_t step) const override { return parameters_.times.next(step); }
  bool stops(const ReportedLosses& trial) override {
    if (!parameters_.times.due(trial.steps())) return false;
    return trial.latest() < parameters_.lower || trial.latest() > parameters_.upper;
  }

 private:
  OptunaThreshold parameters_;
};

}  // namespace

std::unique_ptr<Pruner> vizier_median() { return std::make_unique<VizierMedian>(); }
std::unique_ptr<Pruner> ray_median(RayMedian parameters) {
  return std::make_unique<RayMedianStopping>(parameters);
}
std::unique_ptr<Pruner> syne_tune_median(SyneTuneMedian parameters) {
  return std::make_unique<SyneTuneMedianStopping>(parameters);
}
std::unique_ptr<Pruner> optuna_percentile(OptunaPercentile parameters) {
  return std::make_unique<PercentilePruner>(parameters);
}
std::unique_ptr<Pruner> optuna_patient(std::unique_ptr<Pruner> wrapped, std::size_t patience,
                                       double min_delta) {
  return std::make_unique<PatientPruner>(std::move(wrapped), patience, min_delta);
}
std::unique_ptr<Pruner> optuna_threshold(OptunaThreshold parameters) {
  return std::make_unique<ThresholdPruner>(parameters);
}

}  // namespace campaign_sim
