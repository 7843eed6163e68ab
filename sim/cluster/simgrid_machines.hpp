// A platform as SimGrid hosts with power meters.
//
// An accelerator is a host of one core and of one nominal speed: to hold it for d seconds at w watts is an
// execution of d seconds at a rate bound to the share w / max of that speed, on a host whose power is
// `max` times that share when it works and `idle` when it does not. So the plugin's linear law draws exactly
// w. A node is a host, too, that draws its base power; what it draws more under load is drawn by the
// accelerators that cause it. A job that has all of a node draws there what its accelerators draw above idle,
// which is one execution a node instead of one an accelerator; they share it evenly, as they share the base.
// A power cap is a second power state, slower in proportion: in it SimGrid lets nothing draw more.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/cluster/simgrid_interconnect.hpp"
#include "sim/core/units.hpp"
#include "sim/platform/platform.hpp"

namespace simgrid::s4u {
class Host;
}

namespace campaign_sim {

class Machines {
 public:
  // Builds the hosts. The engine must exist and its energy plugin must have been initialised.
  explicit Machines(const Platform& platform);

  // Where the campaign and its workers live: a host that draws nothing and computes nothing.
  simgrid::s4u::Host* control() const { return control_; }
  simgrid::s4u::Host* host(std::uint32_t accelerator) const { return accelerators_[accelerator].host; }

  std::uint32_t count() const { return static_cast<std::uint32_t>(accelerators_.size()); }
  std::uint32_t node(std::uint32_t accelerator) const { return accelerators_[accelerator].node; }
  // The first accelerator of a node, and the one after its last.
  std::pair<std::uint32_t, std::uint32_t> accelerators_of(std::uint32_t node) const {
    return {nodes_[node].first, nodes_[node].first + nodes_[node].accelerators};
  }
  Watts max(std::uint32_t accelerator) const { return accelerators_[accelerator].max; }

  // The links between the machines; only for clusters that have a network or storage.
  Interconnect& interconnect() { return *interconnect_; }

  // What SimGrid is to execute, and how fast, for these accelerators, ascending, to draw that many watts
  // each.
  struct Load {
    std::uint32_t first;  // of the accelerators that it is for
    simgrid::s4u::Host* host;
    double rate;
  };
  std::vector<Load> loads(std::span<const std::uint32_t> accelerators, Watts draw);

  // What SimGrid calls flops per second: the rate at which an accelerator draws that many watts, and its node
  // what they cost it.
  double rate(std::uint32_t accelerator, Watts draw) const;

  // Joules since 0 of these accelerators, ascending, with their shares of their nodes' base.
  Joules meter(std::span<const std::uint32_t> accelerators);
  // A node and its accelerators.
  void switch_off(std::uint32_t node) { switch_power(node, false); }
  void switch_on(std::uint32_t node) { switch_power(node, true); }

  // Joules since 0 of every host.
  Joules total() const;

 private:
  struct Accelerator {
    simgrid::s4u::Host* host;
    Watts max;
    std::uint32_t node;
    const ClusterSpec* cluster;
  };
  struct Node {
    simgrid::s4u::Host* host;  // none if its only accelerator is all that draws
    bool draws;                // from the start for a base power, or since a job has had all of it
    const ClusterSpec* cluster;
    std::uint32_t first;  // of its accelerators
    std::uint32_t accelerators;
    Joules joules;  // as of `read_at`
    Seconds read_at;
  };

  // Whether a job that has all of a node's accelerators can draw its watts there.
  static bool works_as_one(const Node& node, Watts draw);
  Joules node_joules(Node& node);
  void switch_power(std::uint32_t node, bool on);

  simgrid::s4u::Host* control_;
  std::vector<Accelerator> accelerators_;
  std::vector<Node> nodes_;
  std::unique_ptr<Interconnect> interconnect_;  // none if no cluster has links
};

}  // namespace campaign_sim
