// A platform whose seconds and joules can be worked out by hand.
#pragma once

#include "sim/platform/platform.hpp"

namespace campaign_sim::testing {

// One cluster of equal nodes; an accelerator draws 100 W idle and 400 W at most.
inline Platform small_platform(std::uint32_t nodes, std::uint32_t accelerators_per_node, Watts node_base) {
  Accelerator accelerator;
  accelerator.name = "hand";
  accelerator.idle = Watts{100};
  accelerator.max = Watts{400};
  accelerator.curve = PowerCurve{{{0, 0}, {1, 1}}};
  ClusterSpec cluster;
  cluster.name = "cluster";
  cluster.site.name = "site";
  cluster.accelerator = accelerator;
  cluster.nodes = nodes;
  cluster.accelerators_per_node = accelerators_per_node;
  cluster.node_base = node_base;
  return Platform{"small", {cluster}};
}

}  // namespace campaign_sim::testing
