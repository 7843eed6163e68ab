#include "sim/search/rungs/synchronous_bracket.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/expect.hpp"
#include "sim/search/rungs/order_statistic.hpp"

namespace campaign_sim {

SynchronousBracket::SynchronousBracket(Bracket plan) : plan_{std::move(plan)} {}

std::optional<SynchronousBracket::Job> SynchronousBracket::next() const {
  if (done()) return std::nullopt;
  const Rung& rung = plan_.rungs[rung_];
  if (rung_ > 0) {
    if (started_ == promoted_.size()) return std::nullopt;
    return Job{promoted_[started_], rung.resource};
  }
  if (started_ == static_cast<std::size_t>(rung.configurations)) return std::nullopt;
  return Job{std::nullopt, rung.resource};
}

void SynchronousBracket::start(TrialId trial) {
  CS_EXPECT(next() && (!next()->trial || *next()->trial == trial));
  ++started_;
}

void SynchronousBracket::close(std::int64_t eta) {
  CS_EXPECT(rung_ == 0);
  plan_ = plan_.cut_to(static_cast<std::int64_t>(started_), eta);
  advance();
}

bool SynchronousBracket::report(TrialId trial, double loss) {
  CS_EXPECT(!done() && results_.size() < started_);
  results_.emplace_back(rankable(loss), trial);
  const std::size_t before = rung_;
  advance();
  if (rung_ == before) return std::isfinite(loss);
  return std::ranges::binary_search(promoted_, trial);
}

void SynchronousBracket::advance() {
  if (done() || next() || results_.size() < started_) return;
  ++rung_;
  started_ = 0;
  promoted_.clear();
  if (!done()) {
    const auto places = static_cast<std::size_t>(plan_.rungs[rung_].configurations);
    std::ranges::sort(results_);
    for (const auto& [loss, trial] : results_)
      if (promoted_.size() < places && std::isfinite(loss)) promoted_.push_back(trial);
    std::ranges::sort(promoted_);
    if (promoted_.empty()) rung_ = plan_.rungs.size();
  }
  results_.clear();
}

}  // namespace campaign_sim
