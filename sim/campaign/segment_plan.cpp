#include "sim/campaign/segment_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "sim/scenario/feasibility.hpp"

namespace campaign_sim {

namespace {

// What an accelerator that is held draws; nothing where that is what an idle one draws, which needs no
// execution.
std::optional<Watts> held_draw(Watts draw, const ClusterSpec& machines) {
  const Watts held = std::max(draw, machines.accelerator.idle);
  return machines.at_wall(held) > machines.accelerator.idle ? std::optional{held} : std::nullopt;
}

// With its share of the node; nothing: it stays idle.
Watts wall_draw(std::optional<Watts> draw, const ClusterSpec& machines) {
  const Watts base_share = machines.node_base / static_cast<double>(machines.accelerators_per_node);
  return (draw ? machines.at_wall(*draw) : machines.accelerator.idle) + base_share;
}

Capped capped_training(const Accelerator& accelerator, const TrainingCost& training, Watts draw, Watts cap) {
  if (training.bursts)
    return under_cap(accelerator.cap_response, accelerator.idle, accelerator.max, cap, draw,
                     Bursts{training.bursts->draw, training.bursts->share});
  std::optional<ActivityShares> shares;
  if (const auto& waits = training.waits_for)
    shares = ActivityShares{waits->compute, waits->memory, waits->input};
  return under_cap(accelerator.cap_response, accelerator.idle, accelerator.max, cap, draw, shares);
}

// The tighter of the cluster's cap and the trial's; nothing: neither has one.
std::optional<Watts> power_cap(const ClusterSpec& machines, const TrainingCost& training) {
  if (!training.power_cap || !machines.power_cap)
    return training.power_cap ? training.power_cap : machines.power_cap;
  return std::min(*training.power_cap, *machines.power_cap);
}

}  // namespace

SegmentPlanner::SegmentPlanner(const Scenario& scenario) : scenario_{scenario} {
  for (const ClusterSpec& cluster : scenario.platform.clusters) {
    devices_.push_back(device_of(cluster, scenario.precision));
    most_accelerators_.push_back(cluster.most_accelerators_of_a_trial());
  }
}

ClusterCost SegmentPlanner::cost(const Configuration& configuration, std::uint32_t cluster) const {
  const ClusterSpec& machines = scenario_.platform.clusters[cluster];
  const auto training = scenario_.workload->cost(configuration, devices_[cluster]);
  if (!training || static_cast<std::uint32_t>(training->accelerators) > most_accelerators_[cluster])
    return cost_of_failing(configuration, cluster);
  expect_able(machines, *training);

  ClusterCost cost;
  cost.accelerators = static_cast<std::uint32_t>(training->accelerators);
  cost.nodes = GangShape{cost.accelerators, machines.accelerators_per_node}.nodes();
  cost.start_up = training->start_up;
  cost.per_unit = training->per_unit;
  const Accelerator& accelerator = machines.accelerator;
  cost.training_draw = training->training.watts.value_or(
      accelerator.curve.watts(training->training.utilisation, accelerator.idle, accelerator.max));
  const std::optional<Watts> cap = power_cap(machines, *training);
  if (cap) {
    const Capped capped = capped_training(accelerator, *training, cost.training_draw, *cap);
    cost.per_unit = training->per_unit * capped.slowdown;
    cost.training_draw = capped.draw;
  }
  const PhaseDraws& draws = accelerator.draws;
  const Watts most = cap.value_or(accelerator.max);
  cost.start_up_draw = held_draw(std::min(draws.context, most), machines);
  cost.load_draw = held_draw(std::min(draws.load, most), machines);
  cost.checkpoint_draw = held_draw(std::min(draws.checkpoint, most), machines);
  cost.communicate_draw = held_draw(std::min(draws.communicate, most), machines);
  if (scenario_.checkpoint.resume == Resume::from_checkpoint) {
    cost.checkpoint_size = training->checkpoint;
    if (machines.storage && !scenario_.checkpoint.time)
      cost.stored_checkpoint = training->checkpoint;
    else
      cost.checkpoint =
          scenario_.checkpoint.time.value_or(training->checkpoint / scenario_.checkpoint.bandwidth);
  }
  if (machines.network || machines.storage) cost.traffic = traffic_of(*training, machines);
  plan_saves(cost, machines);
  return cost;
}

// Loading tries some configurations; this one may be the first that the machines cannot train.
void SegmentPlanner::expect_able(const ClusterSpec& machines, const TrainingCost& training) const {
  for (const std::string& why : {why_no_links(machines, training), why_not_watts(machines, training),
                                 why_too_long(machines, training, scenario_.resource.max)})
    if (!why.empty()) throw ConfigError{fmt::format("{}: error: {}\n", scenario_.file.string(), why)};
}

// Intervals are counted in the time that training takes with its links to itself.
void SegmentPlanner::plan_saves(ClusterCost& cost, const ClusterSpec& machines) const {
  cost.idle = machines.accelerator.idle;
  cost.training_wall = wall_draw(cost.training_draw, machines);
  cost.checkpoint_wall = wall_draw(cost.checkpoint_draw, machines);
  const CheckpointSettings& checkpoint = scenario_.checkpoint;
  cost.save_every = checkpoint.every_resource;
  if (!checkpoint.every) return;
  const Seconds unit = cost.per_unit + (cost.traffic ? cost.traffic->exposed_alone : Seconds{});
  cost.save_every = unit > Seconds{} ? *checkpoint.every / unit : 0;
}

// What the node draws is linear in what the accelerator does, so the node draws its mean too.
Watts ClusterCost::mean_draw(Seconds training, Seconds writing) const {
  return (training_draw * training + checkpoint_draw.value_or(idle) * writing) / (training + writing);
}

// That it does not fit shows once it has started up: what that takes does not depend on the memory.
ClusterCost SegmentPlanner::cost_of_failing(const Configuration& configuration, std::uint32_t cluster) const {
  Device device = devices_[cluster];
  device.memory = Bytes{std::numeric_limits<double>::infinity()};
  ClusterCost cost;
  const ClusterSpec& machines = scenario_.platform.clusters[cluster];
  Watts most = machines.accelerator.max;
  if (const auto training = scenario_.workload->cost(configuration, device)) {
    cost.start_up = training->start_up;
    most = power_cap(machines, *training).value_or(most);
  }
  cost.start_up_draw = held_draw(std::min(machines.accelerator.draws.context, most), machines);
  return cost;
}

std::optional<OneTraining> one_training(const Scenario& scenario, const Configuration& configuration,
                                        std::uint32_t cluster, Resource resource) {
  const ClusterCost cost = SegmentPlanner{scenario}.cost(configuration, cluster);
  if (cost.accelerators == 0) return std::nullopt;
  const ClusterSpec& machines = scenario.platform.clusters[cluster];
  const Seconds exchange = cost.traffic ? cost.traffic->exposed_alone : Seconds{};
  const Joules unit =
      cost.training_wall * cost.per_unit + wall_draw(cost.communicate_draw, machines) * exchange;
  OneTraining one;
  one.accelerators = cost.accelerators;
  one.exchanging = exchange * resource;
  one.duration = cost.start_up + cost.per_unit * resource + one.exchanging;
  one.energy = static_cast<double>(cost.accelerators) *
               (wall_draw(cost.start_up_draw, machines) * cost.start_up + unit * resource);
  return one;
}

}  // namespace campaign_sim
