#include "sim/search/pruning/pruned_training.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "sim/search/rungs/multi_fidelity.hpp"

namespace campaign_sim {

namespace {

class PrunedTraining final : public Strategy {
 public:
  PrunedTraining(TrialSource source, std::unique_ptr<Pruner> pruner, Resource report_every,
                 Resource max_resource)
      : source_{std::move(source)},
        pruner_{std::move(pruner)},
        report_every_{report_every},
        max_resource_{max_resource},
        steps_{static_cast<std::size_t>(std::ceil(max_resource / report_every))} {}

  Proposal ask() override {
    auto start = source_.next(resource_of(next_check(0)));
    if (!start) return Finished{};
    reported_.emplace_back();
    return std::move(*start);
  }

  Verdict tell(const Report& report) override {
    source_.observe(report);
    ReportedLosses& losses = reported_[index(report.trial)];
    if (std::isfinite(report.loss)) {
      const std::size_t step = next_check(losses.steps());
      while (losses.steps() + 1 < step)
        losses.add(
            rankable(report.curve ? report.curve->loss(resource_of(losses.steps() + 1)) : report.loss));
      losses.add(report.loss);
      const bool stops = pruner_->stops(losses);
      if (!stops && step < steps_) return Continue{resource_of(next_check(step))};
      if (!stops) pruner_->complete(losses);
    }
    losses = {};
    source_.finish(report.trial);
    return Stop{};
  }

 private:
  std::size_t next_check(std::size_t step) const { return std::min(pruner_->next_check(step), steps_); }
  Resource resource_of(std::size_t step) const {
    return step >= steps_ ? max_resource_ : static_cast<double>(step) * report_every_;
  }

  TrialSource source_;
  std::unique_ptr<Pruner> pruner_;
  Resource report_every_;
  Resource max_resource_;
  std::size_t steps_;
  std::vector<ReportedLosses> reported_;  // by trial; emptied at its end
};

}  // namespace

std::unique_ptr<Strategy> train_with_pruner(TrialSource source, std::unique_ptr<Pruner> pruner,
                                            Resource report_every, Resource max_resource) {
  return std::make_unique<PrunedTraining>(std::move(source), std::move(pruner), report_every, max_resource);
}

std::unique_ptr<Strategy> read_pruned_training(Reader& search, const SearchProblem& problem,
                                               std::unique_ptr<Pruner> pruner) {
  const Resource every = read_report_every(search, problem);
  return train_with_pruner(TrialSource{read_sampler(search, problem), problem}, std::move(pruner), every,
                           problem.max_resource);
}

}  // namespace campaign_sim
