// From a configuration to what the machines do for it: phases with durations, watts and causes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/campaign/round_plan.hpp"
#include "sim/cluster/cluster.hpp"
#include "sim/core/trial.hpp"
#include "sim/ledger/row.hpp"
#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

// What training a configuration takes on one cluster.
struct ClusterCost {
  std::uint32_t accelerators = 0;  // 0: it cannot run there
  std::uint32_t nodes = 1;         // that they fill
  Seconds start_up;
  Seconds per_unit;         // under the power cap
  Seconds checkpoint;       // to write one or to read one, where there is no shared storage
  Bytes stored_checkpoint;  // what goes through shared storage, where there is one
  Bytes checkpoint_size;    // wherever it goes
  Resource save_every = 0;  // while training; 0: never
  // What each accelerator draws meanwhile; nothing: it stays idle.
  Watts training_draw;
  std::optional<Watts> start_up_draw;
  std::optional<Watts> load_draw;
  std::optional<Watts> checkpoint_draw;
  std::optional<Watts> communicate_draw;
  std::shared_ptr<const TrainingTraffic> traffic;  // nothing: training moves no data
  // With its share of the node.
  Watts training_wall;
  Watts checkpoint_wall;
  Watts idle;  // an accelerator that has nothing to do

  // What each accelerator draws on average while it does the one and the other.
  Watts mean_draw(Seconds training, Seconds writing) const;
  // Whether nothing but the trial itself has a say in how long a checkpoint takes.
  bool checkpoints_alone() const { return !traffic && stored_checkpoint <= Bytes{}; }
};

// Answers what a configuration costs on each cluster of a scenario.
class SegmentPlanner {
 public:
  explicit SegmentPlanner(const Scenario& scenario);

  // accelerators = 0 if it needs more memory than an accelerator has or more accelerators than there are;
  // then only the start-up is known.
  ClusterCost cost(const Configuration& configuration, std::uint32_t cluster) const;

 private:
  void expect_able(const ClusterSpec& machines, const TrainingCost& training) const;
  void plan_saves(ClusterCost& cost, const ClusterSpec& machines) const;
  ClusterCost cost_of_failing(const Configuration& configuration, std::uint32_t cluster) const;

  const Scenario& scenario_;
  std::vector<Device> devices_;
  std::vector<std::uint32_t> most_accelerators_;  // of a trial, by cluster
};

// Training one configuration once, alone on a cluster.
struct OneTraining {
  std::uint32_t accelerators = 0;
  Seconds duration;
  Seconds exchanging;  // of it: waiting for what its accelerators exchange
  Joules energy;       // of the machines: its accelerators and their share of the nodes
};
// To `resource`, with its start-up and without checkpoints. Nothing if it does not fit there.
std::optional<OneTraining> one_training(const Scenario& scenario, const Configuration& configuration,
                                        std::uint32_t cluster, Resource resource);

}  // namespace campaign_sim
