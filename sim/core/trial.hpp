// Shared nouns: what every part of the simulator calls a trial and its progress.
#pragma once

#include <cstdint>

namespace campaign_sim {

// A trial is one configuration in training. Trials are numbered 0, 1, 2, … in the order in which the
// strategy proposes them.
enum class TrialId : std::uint32_t {};

constexpr std::uint32_t index(TrialId trial) { return static_cast<std::uint32_t>(trial); }

// Training progress in the scenario's unit (step, epoch, token). Integers are exact up to 2^53; a
// rung of Hyperband may be a fraction.
using Resource = double;

// Where a trial stands; at the end of a campaign, how it ended.
enum class TrialStatus : std::uint8_t {
  running,    // has accelerators, or waits for some
  paused,     // released its accelerators; may be promoted
  completed,  // reached the scenario's largest resource
  stopped,    // given up by the strategy before that
  failed,     // fits on no accelerator, or given up
};

}  // namespace campaign_sim
