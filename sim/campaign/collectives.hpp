// What the accelerators of a trial send each other, as bytes between its nodes.
#pragma once

#include <cstdint>

#include "sim/cluster/cluster.hpp"
#include "sim/platform/network.hpp"
#include "sim/workload/workload.hpp"

namespace campaign_sim {

// Ranks fill one node after the other.
struct GangShape {
  std::uint32_t accelerators;
  std::uint32_t per_node;

  std::uint32_t nodes() const { return (accelerators + per_node - 1) / per_node; }
  std::uint32_t node(std::uint32_t rank) const { return rank / per_node; }
};

// The stages of one exchange, once. All groups of ranks exchange at the same time. Within nodes, the
// accelerator that sends most is the transfer that stands for all of them; over links that accelerators
// share, each node has its own, with what all of them send.
Track stages_of(const Exchange& exchange, const GangShape& gang, const NetworkSpec& network);

// The same, `times` times over, in one go.
Track repeated(const Track& track, double times);

// How long a track takes with all links of a star to itself. What SimGrid's own platform files have between
// nodes is not known here, and counts nothing.
Seconds undisturbed(const Track& track, const NetworkSpec& network);

}  // namespace campaign_sim
