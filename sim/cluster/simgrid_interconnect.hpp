// The links of a platform as SimGrid zones: where data can go, and how long the way is.
//
// Of each node of a cluster with a network, two hosts are ends of transfers: one in the fabric, for what goes
// to other nodes, and one in a star of its own, for what stays in the node (over a loopback link) and for
// shared storage. Flows share links equally. The latency of a way is paid once for each message, by whoever
// sends it; so SimGrid's links have none, which also keeps it from dividing links by round-trip time.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/core/units.hpp"
#include "sim/platform/platform.hpp"

namespace simgrid::s4u {
class Host;
class Link;
class NetZone;
}  // namespace simgrid::s4u

namespace campaign_sim {

// The platform file of SimGrid's own that the platform is made of, to be loaded before anything else is made;
// empty if it is made of none.
std::string users_file(const Platform& platform);

class Interconnect {
 public:
  struct Way {
    simgrid::s4u::Host* from;
    simgrid::s4u::Host* to;
    Seconds latency;
  };

  // Makes the zones of the clusters that have a network or storage, below `root`; nothing for the others.
  Interconnect(const Platform& platform, simgrid::s4u::NetZone& root);

  // From a node to a node of its cluster (the same: within it), both numbered through the platform.
  const Way& between(std::uint32_t from, std::uint32_t to);
  const Way& from_storage(std::uint32_t node);
  const Way& to_storage(std::uint32_t node);

 private:
  struct Node {
    simgrid::s4u::Host* in_fabric = nullptr;
    simgrid::s4u::Host* port = nullptr;
    simgrid::s4u::Host* storage = nullptr;  // that of its cluster
  };

  simgrid::s4u::Host* end_host(simgrid::s4u::NetZone& zone, const std::string& name);
  simgrid::s4u::Link* link(simgrid::s4u::NetZone& zone, const std::string& name, const LinkSpec& spec,
                           bool each_flow_its_own = false);
  void join_nodes(const ClusterSpec& cluster, std::size_t first, simgrid::s4u::NetZone& root);
  void take_hosts(const ClusterSpec& cluster, std::size_t first);
  void open_ports(const ClusterSpec& cluster, std::size_t first, simgrid::s4u::NetZone& root);
  const Way& way(std::uint64_t key, simgrid::s4u::Host* from, simgrid::s4u::Host* to);

  std::vector<Node> nodes_;  // through the platform
  std::unordered_map<const simgrid::s4u::Link*, double> latency_s_;
  std::unordered_map<std::uint64_t, Way> ways_;  // those that were asked for
};

}  // namespace campaign_sim
