#include "sim/campaign/fleet.hpp"

namespace campaign_sim {
namespace {

// The clock may stop this much before an instant at which it was told to.
constexpr Seconds rounding{1e-6};

std::vector<PoolShape> pool_shapes(const Platform& platform) {
  std::vector<PoolShape> pools;
  for (const ClusterSpec& cluster : platform.clusters)
    pools.push_back({cluster.nodes, cluster.accelerators_per_node});
  return pools;
}

}  // namespace

Fleet::Fleet(const Scenario& scenario, Cluster& cluster, Ledger& ledger)
    : cluster_{cluster},
      ledger_{ledger},
      free_{pool_shapes(scenario.platform)},
      faults_{scenario.platform, scenario.seed} {
  std::uint32_t first_node = 0;
  std::uint32_t first_accelerator = 0;
  for (std::uint32_t i = 0; i < scenario.platform.clusters.size(); ++i) {
    const ClusterSpec& spec = scenario.platform.clusters[i];
    shapes_.push_back({first_node, first_accelerator, spec.accelerators_per_node});
    first_node += spec.nodes;
    first_accelerator += spec.accelerators();
    if (!spec.failures) continue;
    for (std::uint32_t node = spec.nodes - spec.failures->spares; node < spec.nodes; ++node)
      hold_back({i, node});
  }
}

bool Fleet::change_is_due() const {
  const std::optional<Seconds> next = next_change();
  return next && *next <= cluster_.now() + rounding;
}

void Fleet::hold_back(NodeId node) { withheld_.emplace(node, free_.take_node(node.cluster, node.node)); }

std::pair<std::uint32_t, std::uint32_t> Fleet::accelerators_of(NodeId node) const {
  const Shape& shape = shapes_[node.cluster];
  const std::uint32_t first = shape.first_accelerator + node.node * shape.per_node;
  return {first, first + shape.per_node};
}

std::pair<std::uint32_t, std::uint32_t> Fleet::accelerators_of(const NodeChange& change) const {
  return accelerators_of(NodeId{change.cluster, change.node});
}

void Fleet::write_row(NodeId node, Cause cause) {
  const auto [first, end] = accelerators_of(node);
  for (std::uint32_t accelerator = first; accelerator < end; ++accelerator) {
    ledger_.take(accelerator, cluster_.now(), cluster_.meter(accelerator), cause);
    ledger_.let_go(accelerator, cluster_.now(), cluster_.meter(accelerator));
  }
}

void Fleet::make(const NodeChange& change) {
  const NodeId node{change.cluster, change.node};
  const std::uint32_t number = shapes_[node.cluster].first_node + node.node;
  if (change.after == NodeState::out) {
    ++failures_;
    if (change.before == NodeState::working) hold_back(node);
    write_row(node, Cause::idle);
    cluster_.switch_off(number);
    off_.insert(node);
  } else if (change.before == NodeState::out) {
    write_row(node, Cause::off);
    cluster_.switch_on(number);
    off_.erase(node);
  }
  if (change.after != NodeState::working) return;
  free_.give_back(withheld_.at(node));
  withheld_.erase(node);
}

void Fleet::close() {
  for (const NodeId node : off_) write_row(node, Cause::off);
}

}  // namespace campaign_sim
