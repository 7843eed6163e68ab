// The machines of a campaign: which accelerators are free, and which nodes are held back, as spares or
// because they have failed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sim/campaign/node_faults.hpp"
#include "sim/cluster/cluster.hpp"
#include "sim/ledger/ledger.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scheduling/placement.hpp"

namespace campaign_sim {

class Fleet {
 public:
  Fleet(const Scenario& scenario, Cluster& cluster, Ledger& ledger);

  std::optional<Allocation> take(std::uint32_t pool, std::uint32_t count) { return free_.take(pool, count); }
  void give_back(const Allocation& allocation) { free_.give_back(allocation); }
  bool any_free() const { return free_.free() > 0; }

  // When a node fails, comes back or takes another's place next.
  std::optional<Seconds> next_change() const { return faults_.next(); }
  bool change_is_due() const;
  // What changes then. Nothing may run on a node that fails when the change is made.
  NodeChange take_change() { return faults_.take(); }
  void make(const NodeChange& change);
  // The accelerators of the node: the first, and the one after the last.
  std::pair<std::uint32_t, std::uint32_t> accelerators_of(const NodeChange& change) const;

  // Writes the rows of what is still off.
  void close();
  std::uint64_t failures() const { return failures_; }

 private:
  struct NodeId {
    std::uint32_t cluster;
    std::uint32_t node;
    auto operator<=>(const NodeId&) const = default;
  };
  void hold_back(NodeId node);
  void write_row(NodeId node, Cause cause);
  std::pair<std::uint32_t, std::uint32_t> accelerators_of(NodeId node) const;

  Cluster& cluster_;
  Ledger& ledger_;
  FreeAccelerators free_;
  NodeFaults faults_;
  struct Shape {
    std::uint32_t first_node;
    std::uint32_t first_accelerator;
    std::uint32_t per_node;
  };
  std::vector<Shape> shapes_;              // by cluster
  std::map<NodeId, Allocation> withheld_;  // what nobody can have of them
  std::set<NodeId> off_;
  std::uint64_t failures_ = 0;
};

}  // namespace campaign_sim
