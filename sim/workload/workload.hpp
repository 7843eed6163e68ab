// What is trained: what a configuration costs and how it learns.
//
// Both are pure functions: the same configuration costs and learns the same whichever strategy asks,
// whenever it runs. Nothing here knows about clusters, queues or strategies.
#pragma once

#include <optional>
#include <string_view>

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
  Watts max;  // the most it draws: TDP or cap
};

// How hard one accelerator works while it trains: watts that someone measured, or the fraction of its
// peak that the model sustains, from which power/ derives watts.
struct Draw {
  std::optional<Watts> watts;
  double utilisation = 0;  // 0 … 1, used where watts are not given
};

// What training one configuration takes on one kind of accelerator.
struct TrainingCost {
  int accelerators = 1;  // held together by one trial
  Seconds start_up{};    // each time the trial is placed: container, data, compilation
  Seconds per_unit{};    // of resource
  Draw training;
  Bytes memory{};  // needed on each accelerator
  Bytes checkpoint{};
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

  // What the metric rests on, in a few words for the summary: whoever ranks trials by it should know.
  virtual std::string_view metric_basis() const = 0;
};

}  // namespace campaign_sim
