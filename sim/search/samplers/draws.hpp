// The draws of one proposal, one after the other.
#pragma once

#include "sim/core/random.hpp"
#include "sim/core/trial.hpp"

namespace campaign_sim {

class Draws {
 public:
  Draws(std::uint64_t seed, TrialId trial) : stream_{seed, Purpose::sampler, index(trial)} {}

  double uniform() { return stream_.uniform(next_++); }
  double normal() { return stream_.normal(next_++); }
  std::size_t below(std::size_t bound) { return stream_.below(bound, next_++); }

 private:
  RandomStream stream_;
  std::uint64_t next_ = 0;
};

// A proposal that breaks a constraint of the space is drawn again so often; then a random one is taken.
inline constexpr int most_model_redraws = 100;

}  // namespace campaign_sim
