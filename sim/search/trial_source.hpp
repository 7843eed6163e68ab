// Where a strategy gets its new trials from: a sampler, the next number, and the number of trials that the
// scenario allows. Keeping count in one place is what makes it exactly as many as asked.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "sim/search/sampler.hpp"
#include "sim/search/strategy.hpp"

namespace campaign_sim {

class TrialSource {
 public:
  TrialSource(std::unique_ptr<Sampler> sampler, const SearchProblem& problem)
      : sampler_{std::move(sampler)}, limit_{problem.trials} {}

  // A new trial; nothing when the scenario's number is reached or the sampler has no more.
  std::optional<StartTrial> next(Resource until) {
    if (exhausted()) return std::nullopt;
    const TrialId trial{started_};
    auto configuration = sampler_->propose(trial);
    if (!configuration) {
      limit_ = started_;
      return std::nullopt;
    }
    ++started_;
    return StartTrial{trial, std::move(*configuration), until, std::nullopt};
  }

  std::uint32_t started() const { return started_; }
  bool exhausted() const { return limit_ && started_ >= *limit_; }
  // How many more there may be; nothing: no limit.
  std::optional<std::uint32_t> remaining() const {
    if (!limit_) return std::nullopt;
    return *limit_ - started_;
  }

  void observe(const Report& report) {
    sampler_->spent(report.trial, report.energy);
    sampler_->observe(report.trial, report.resource, report.loss);
  }
  void finish(TrialId trial) { sampler_->finish(trial); }

 private:
  std::unique_ptr<Sampler> sampler_;
  std::optional<std::uint32_t> limit_;
  std::uint32_t started_ = 0;
};

}  // namespace campaign_sim
