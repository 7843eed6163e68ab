#include "sim/campaign/segment_plan.hpp"

#include <algorithm>

namespace campaign_sim {

SegmentPlanner::SegmentPlanner(const Scenario& scenario) : scenario_{scenario} {
  for (const ClusterSpec& cluster : scenario.platform.clusters)
    devices_.push_back(device_of(cluster.accelerator, scenario.precision));
}

ClusterCost SegmentPlanner::cost(const Configuration& configuration, std::uint32_t cluster) const {
  const ClusterSpec& machines = scenario_.platform.clusters[cluster];
  const auto training = scenario_.workload->cost(configuration, devices_[cluster]);
  if (!training || static_cast<std::uint32_t>(training->accelerators) > machines.accelerators_per_node)
    return {};

  ClusterCost cost;
  cost.accelerators = static_cast<std::uint32_t>(training->accelerators);
  cost.start_up = training->start_up;
  cost.per_unit = training->per_unit;
  const Accelerator& accelerator = machines.accelerator;
  cost.training_draw = training->training.watts.value_or(
      accelerator.curve.watts(training->training.utilisation, accelerator.idle, accelerator.max));
  if (scenario_.checkpoint.resume == Resume::from_checkpoint)
    cost.checkpoint = training->checkpoint / scenario_.checkpoint.bandwidth;
  return cost;
}

std::optional<Joules> energy_of_one_training(const Scenario& scenario, const Configuration& configuration,
                                             Resource resource) {
  const SegmentPlanner planner{scenario};
  for (std::uint32_t cluster = 0; cluster < scenario.platform.clusters.size(); ++cluster) {
    const ClusterCost cost = planner.cost(configuration, cluster);
    if (cost.accelerators == 0) continue;
    const ClusterSpec& machines = scenario.platform.clusters[cluster];
    const Watts base_share = machines.node_base / static_cast<double>(machines.accelerators_per_node);
    const Joules start_up = (machines.accelerator.idle + base_share) * cost.start_up;
    const Joules training = (cost.training_draw + base_share) * cost.per_unit * resource;
    return static_cast<double>(cost.accelerators) * (start_up + training);
  }
  return std::nullopt;
}

}  // namespace campaign_sim
