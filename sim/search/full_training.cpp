#include "sim/search/full_training.hpp"

#include <utility>

#include "sim/search/trial_source.hpp"

namespace campaign_sim {

namespace {

class FullTraining final : public Strategy {
 public:
  FullTraining(TrialSource source, Resource max_resource)
      : source_{std::move(source)}, max_resource_{max_resource} {}

  Proposal ask() override {
    if (auto start = source_.next(max_resource_)) return std::move(*start);
    return Finished{};
  }

  Verdict tell(const Report& report) override {
    source_.observe(report);
    source_.finish(report.trial);
    return Stop{};
  }

 private:
  TrialSource source_;
  Resource max_resource_;
};

}  // namespace

std::unique_ptr<Strategy> train_all(std::unique_ptr<Sampler> sampler, const SearchProblem& problem) {
  return std::make_unique<FullTraining>(TrialSource{std::move(sampler), problem}, problem.max_resource);
}

}  // namespace campaign_sim
