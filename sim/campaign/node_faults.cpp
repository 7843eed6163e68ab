#include "sim/campaign/node_faults.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "sim/core/expect.hpp"
#include "sim/core/random.hpp"

namespace campaign_sim {
bool NodeFaults::Event::operator>(const Event& other) const {
  return std::tuple{time, pool, node, kind} > std::tuple{other.time, other.pool, other.node, other.kind};
}

NodeFaults::NodeFaults(const Platform& platform, std::uint64_t seed) : seed_{seed} {
  std::uint32_t first_node = 0;
  for (std::uint32_t i = 0; i < platform.clusters.size(); ++i) {
    const ClusterSpec& cluster = platform.clusters[i];
    if (cluster.failures) {
      pools_.push_back({&*cluster.failures, i, first_node, std::vector<Node>(cluster.nodes)});
      const auto number = static_cast<std::uint32_t>(pools_.size() - 1);
      for (std::uint32_t node = 0; node < cluster.nodes; ++node) {
        if (node >= cluster.nodes - cluster.failures->spares)
          pools_.back().nodes[node].state = NodeState::spare;
        live(number, node, Seconds{});
      }
    }
    first_node += cluster.nodes;
  }
}

// A new life of a node, which ends with its next failure.
void NodeFaults::live(std::uint32_t pool, std::uint32_t node, Seconds now) {
  Pool& in = pools_[pool];
  const RandomStream lives{seed_, Purpose::node_life, in.first_node + node};
  const std::uint32_t life = ++in.nodes[node].life;
  const Seconds length = in.failures->mean_time_between * -std::log1p(-lives.uniform(life));
  events_.push({now + length, pool, node, Kind::fails, life});
}

std::optional<Seconds> NodeFaults::next() const {
  if (events_.empty()) return std::nullopt;
  return events_.top().time;
}

// Spares that failed on their way never arrive.
void NodeFaults::skip_void() {
  const auto is_void = [&](const Event& event) {
    return pools_[event.pool].nodes[event.node].life != event.life;
  };
  while (!events_.empty() && is_void(events_.top())) events_.pop();
}

NodeChange NodeFaults::take() {
  CS_EXPECT(!events_.empty());
  const Event event = events_.top();
  events_.pop();
  Node& node = pools_[event.pool].nodes[event.node];
  NodeChange change{event.time, pools_[event.pool].cluster, event.node, node.state, node.state};
  switch (event.kind) {
    case Kind::fails:
      fail(event);
      break;
    case Kind::is_repaired:
      repair(event);
      break;
    case Kind::takes_place:
      node.is_coming = false;
      node.state = NodeState::working;
      break;
  }
  change.after = node.state;
  skip_void();
  return change;
}

void NodeFaults::fail(const Event& event) {
  Pool& pool = pools_[event.pool];
  Node& node = pool.nodes[event.node];
  const RandomStream repairs{seed_, Purpose::node_repair, pool.first_node + event.node};
  const Seconds repaired = event.time + pool.failures->repair.at(repairs.uniform(node.life));
  const bool leaves_place = node.state == NodeState::working || node.is_coming;
  node.state = NodeState::out;
  node.is_coming = false;
  ++node.life;
  events_.push({repaired, event.pool, event.node, Kind::is_repaired, node.life});
  if (leaves_place) fill_place(event.pool, event.time);
}

// Somebody's place is free: the first spare is on its way to it, or the first node to be repaired gets it.
void NodeFaults::fill_place(std::uint32_t number, Seconds now) {
  Pool& pool = pools_[number];
  const auto spare = std::ranges::find_if(
      pool.nodes, [](const Node& node) { return node.state == NodeState::spare && !node.is_coming; });
  if (spare == pool.nodes.end()) {
    ++pool.vacancies;
    return;
  }
  spare->is_coming = true;
  const RandomStream delays{seed_, Purpose::node_replacement, pool.cluster};
  const Seconds there = now + pool.failures->replacement.at(delays.uniform(pool.replacements++));
  const auto node = static_cast<std::uint32_t>(spare - pool.nodes.begin());
  events_.push({there, number, node, Kind::takes_place, spare->life});
}

void NodeFaults::repair(const Event& event) {
  Pool& pool = pools_[event.pool];
  Node& node = pool.nodes[event.node];
  node.state = pool.vacancies > 0 ? NodeState::working : NodeState::spare;
  if (pool.vacancies > 0) --pool.vacancies;
  live(event.pool, event.node, event.time);
}

}  // namespace campaign_sim
