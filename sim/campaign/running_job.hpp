// A trial on its accelerators: what runs now, how far it is, and the rows that come of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "sim/campaign/segment_plan.hpp"
#include "sim/campaign/training_stretch.hpp"
#include "sim/cluster/cluster.hpp"
#include "sim/ledger/ledger.hpp"
#include "sim/scheduling/placement.hpp"
#include "sim/search/strategy.hpp"

namespace campaign_sim {

// What one job used since it was last heard of.
struct Use {
  std::uint32_t cluster = 0;
  Seconds held;
  Seconds accelerator_time;
  Joules energy;  // with its share of the node
};

// Checkpoints that a job has completed since it was last heard of.
struct Saves {
  std::uint64_t count = 0;
  Bytes size;  // of the last one
  Seconds at;  // when it was complete
};

// Where a trial begins to train on its new machines.
struct StartingPoint {
  Resource from = 0;
  Resource booked = 0;      // it was further before
  bool is_restart = false;  // after a failure
};

struct RunningJob {
  TrialId trial{};
  SegmentId segment{};
  Resource at = 0;      // what runs now trains from here…
  Resource until = 0;   // …to here: the segment's end, or a stop on the way
  Resource to = 0;      // the segment's end; where nothing fits, its beginning
  Resource asked = 0;   // the segment's end as it was asked for
  Resource saved = 0;   // in the last checkpoint
  Resource booked = 0;  // it was here before, and lost it; training up to here is lost work, done again
  SegmentOutcome outcome = SegmentOutcome::reached;
  bool pausing = false;  // all it does now is to write the checkpoint of a trial that pauses
  Allocation allocation;
  ClusterCost cost;
  std::array<Cause, 3> causes{};       // of the phases that run…
  std::size_t plain_phases = 0;        // …so many; those of rounds of training follow
  std::optional<Seconds> step_period;  // while it trains and moves data

  // Since it was last heard of.
  Resource trained = 0;
  Use use;
  Saves saves;

  Cause cause(std::size_t phase) const {
    return phase < plain_phases ? causes[phase] : round_causes[(phase - plain_phases) % round_causes.size()];
  }
  bool trains_in(std::size_t phase) const { return phase >= plain_phases || causes[phase] == Cause::train; }
  // Whether its training and the stops on the way are one phase.
  bool stops_in_one_phase() const { return (cost.save_every > 0 || at < booked) && cost.checkpoints_alone(); }
  TrainingStretch stretch() const;
};

enum class Ending : std::uint8_t {
  planned,  // all of it was done
  cut,      // it was stopped; what it had done by then counts
  failed,   // its machines were; what it had done since its last checkpoint is lost
};

// Writes the rows of what ran, and brings the job up to date.
void book(RunningJob& job, const JobDone& done, Ending ending, Ledger& ledger);

}  // namespace campaign_sim
