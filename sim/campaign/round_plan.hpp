// A training segment that moves data, as phases: computing, communicating, waiting for input, again and
// again.
//
// A step computes and exchanges; simulating every step of a campaign would cost thousands of activities a
// segment. So a segment is cut into a few rounds, each of which does the work of many steps in one go: first
// it computes, while the exchanges that computing can hide and the reading of input go on; then it exchanges
// the rest; then it waits for its input. What a trial does alone takes the same time, however it is cut.
//
// Trials with equal steps that share links keep the offset at which they began: step by step they meet, or
// miss each other, again and again. Rounds of k steps last k times as long, so that the same happens if they
// are k times as far apart: a segment begins within a round, and ends with what it left out.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/campaign/collectives.hpp"
#include "sim/core/trial.hpp"
#include "sim/ledger/row.hpp"
#include "sim/platform/platform.hpp"

namespace campaign_sim {

// What a trial moves while it trains.
struct TrainingTraffic {
  GangShape gang{1, 1};
  Track hidden;              // a unit's, at the same time as computing
  Track exposed;             // a unit's, after it
  Bytes input;               // a unit's
  double steps = 1;          // a unit's
  std::uint32_t rounds = 1;  // of a segment, at most; 0: one a step
  Seconds exposed_alone;     // what a unit's take with the links to themselves
};

// Nothing if the cluster has neither network nor storage, or the trial moves nothing over them.
std::shared_ptr<const TrainingTraffic> traffic_of(const TrainingCost& cost, const ClusterSpec& cluster);

// The causes of a round's phases, in turn.
inline constexpr std::array round_causes = {Cause::train, Cause::communicate, Cause::load};

// How long a unit computes, and what each accelerator draws in the phases of a round; nothing: it stays idle.
struct UnitWork {
  Seconds computing;
  Watts training;
  std::optional<Watts> communicating;
  std::optional<Watts> loading;
};

// How long one step takes with the links to itself.
Seconds step_period(const TrainingTraffic& traffic, Seconds computing);

// Appends the phases of so many units of training, which begins `behind` the first trial with equal steps.
void add_rounds(std::vector<Phase>& phases, const TrainingTraffic& traffic, Resource units,
                const UnitWork& work, Seconds behind = {});

// All of a checkpoint to or from shared storage, an equal part by each node of the gang.
std::shared_ptr<const Movement> writing(Bytes checkpoint, std::uint32_t nodes);
std::shared_ptr<const Movement> reading(Bytes checkpoint, std::uint32_t nodes);

}  // namespace campaign_sim
