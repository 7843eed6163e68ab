#include "sim/search/full_training.hpp"

#include <cmath>
#include <utility>

namespace campaign_sim {

namespace {

class FullTraining final : public Strategy {
 public:
  FullTraining(std::unique_ptr<Sampler> sampler, const SearchProblem& problem)
      : sampler_{std::move(sampler)}, trials_{problem.trials}, max_resource_{problem.max_resource} {}

  Proposal ask() override {
    if (trials_ && started_ >= *trials_) return Finished{};
    const TrialId trial{started_};
    auto configuration = sampler_->propose(trial);
    if (!configuration) return Finished{};
    ++started_;
    return StartTrial{trial, std::move(*configuration), max_resource_, std::nullopt};
  }

  Verdict tell(const Report& report) override {
    sampler_->spent(report.trial, report.energy);
    sampler_->observe(report.trial, report.resource, report.loss);
    sampler_->finish(report.trial);
    return Stop{};
  }

 private:
  std::unique_ptr<Sampler> sampler_;
  std::optional<std::uint32_t> trials_;
  Resource max_resource_;
  std::uint32_t started_ = 0;
};

}  // namespace

std::unique_ptr<Strategy> train_all(std::unique_ptr<Sampler> sampler, const SearchProblem& problem) {
  return std::make_unique<FullTraining>(std::move(sampler), problem);
}

}  // namespace campaign_sim
