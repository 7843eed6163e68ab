// What is trained: what a configuration costs and how it learns.
//
// Both are pure functions: the same configuration costs and learns the same whichever strategy asks,
// whenever it runs. Nothing here knows about clusters, queues or strategies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/space.hpp"
#include "sim/core/trial.hpp"
#include "sim/core/units.hpp"

namespace campaign_sim {

// What a workload must know about the accelerator it runs on.
struct Device {
  FlopsPerSecond peak;  // dense, at the workload's precision
  BytesPerSecond memory_bandwidth;
  Bytes memory;
  Watts idle;
  Watts max;                        // the most it draws: TDP or cap
  std::string_view name = {};       // as the platform calls it
  FlopsPerSecond attention_peak{};  // where attention computes in a wider format than the rest; 0: `peak`
  std::uint32_t accelerators_per_node = 1;
  std::string_view architecture = {};  // of the chip: Hopper; empty: not said
};

// How hard one accelerator works while it trains: watts that someone measured, or the fraction of its
// peak that the model sustains, from which power/ derives watts.
struct Draw {
  std::optional<Watts> watts;
  double utilisation = 0;  // 0 … 1, used where watts are not given
};

// What a trial's accelerators wait for while they train, as shares of the time, 1 in all: a power cap slows
// arithmetic most, memory less, input not at all.
struct TimeShares {
  double compute = 1;
  double memory = 0;
  double input = 0;
};

// How unevenly an accelerator is used while it trains: for a share of the time it would draw `draw` at full
// clock, which may be more than it is allowed; for the rest, what is left of the mean.
struct DrawBursts {
  Watts draw;
  double share = 1;
};

// One kind of message between the accelerators of a trial. They are ranks 0 … n-1; a group is `ranks` of
// them, `stride` apart, and every rank is in one group.
struct Exchange {
  enum class Pattern : std::uint8_t { all_reduce, all_gather, reduce_scatter, send_to_next, all_to_all };
  Pattern pattern = Pattern::all_reduce;
  int ranks = 1;
  int stride = 1;
  // Of the whole buffer, each time; of what one rank has to send, for send_to_next and all_to_all (an equal
  // part to each of the group, itself among them).
  Bytes bytes{};
  double per_unit = 1;  // times per unit of resource
  double overlap = 0;   // share of it that computing can hide, 0 … 1
  double window = 1;    // share of the time of computing beside which it can go on
};

// What training one configuration takes on one kind of accelerator.
struct TrainingCost {
  int accelerators = 1;  // held together by one trial, on one node or several
  Seconds start_up{};    // each time the trial is placed: container, data, compilation
  Seconds per_unit{};    // of resource, without what is exchanged and read over the network
  Draw training;
  std::optional<TimeShares> waits_for;  // not known: power/ derives it from the draw
  std::optional<DrawBursts> bursts;     // where they were read; they count for more than what it waits for
  std::optional<Watts> power_cap;       // that this trial asks for, where it is tighter than the cluster's
  std::vector<Exchange> exchanges;
  Bytes input_per_unit{};  // read from shared storage by the whole trial while it trains
  Bytes memory{};          // needed on each accelerator
  Bytes checkpoint{};
};

// One line of what a cost rests on: "parameters", "124.4 M".
struct Fact {
  std::string what;
  std::string value;
};

class Workload {
 public:
  virtual ~Workload() = default;

  // The cost of a configuration on a device; nothing if it does not fit in the device's memory.
  virtual std::optional<TrainingCost> cost(const Configuration& configuration,
                                           const Device& device) const = 0;

  // The metric of the objective after `resource` units, as the user sees it (not negated when it is
  // maximised). Not finite: the training diverged.
  virtual double metric(const Configuration& configuration, Resource resource) const = 0;

  // What the cost rests on, for a person who checks a scenario; nothing where the scenario states the cost.
  virtual std::vector<Fact> explain(const Configuration&, const Device&) const { return {}; }

  // What the metric rests on, in a few words for the summary: whoever ranks trials by it should know.
  virtual std::string_view metric_basis() const = 0;
};

}  // namespace campaign_sim
