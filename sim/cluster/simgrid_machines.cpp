#include "sim/cluster/simgrid_machines.hpp"

#include <fmt/format.h>
#include <simgrid/plugins/energy.h>

#include <algorithm>
#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Host.hpp>
#include <simgrid/s4u/NetZone.hpp>
#include <simgrid/simix.hpp>
#include <string>

#include "sim/core/compensated_sum.hpp"
#include "sim/core/expect.hpp"
#include "sim/power/cap_response.hpp"

namespace campaign_sim {
namespace {

namespace s4u = simgrid::s4u;

// Large, so that the solver's absolute precision (maxmin/precision, 1e-5 flop/s in 3.32) is far below
// any share of it that a draw can ask for.
constexpr double full_speed = 1e12;

// The plugin's text is "idle : nearly nothing to do : all cores busy", in watts.
s4u::Host* add_host(s4u::NetZone& zone, const std::string& name, Watts idle, Watts max) {
  auto* host = zone.create_host(name, full_speed);
  host->set_property("wattage_per_state", fmt::format("{}:0:{}", idle.base(), max.base()));
  host->seal();
  return host;
}

s4u::Host* add_accelerator(s4u::NetZone& zone, const std::string& name, const ClusterSpec& cluster) {
  const Watts idle = cluster.accelerator.idle;
  const Watts max = cluster.at_wall(cluster.accelerator.max);
  if (!cluster.power_cap) return add_host(zone, name, idle, max);
  const Watts most = most_under_cap(cluster.accelerator.cap_response, idle, cluster.accelerator.max,
                                    std::min(*cluster.power_cap, cluster.accelerator.max));
  const Watts capped = cluster.at_wall(most);
  auto* host = zone.create_host(name, std::vector{full_speed, full_speed * (capped / max)});
  host->set_property("wattage_per_state",
                     fmt::format("{0}:0:{1},{0}:0:{2}", idle.base(), max.base(), capped.base()));
  host->seal();
  host->set_pstate(1);
  return host;
}

// Its accelerators' watts above idle come on top of its own.
s4u::Host* add_node(s4u::NetZone& zone, const std::string& name, const ClusterSpec& cluster) {
  const Watts above_idle = cluster.at_wall(cluster.accelerator.max) - cluster.accelerator.idle;
  const Watts most = cluster.node_base + static_cast<double>(cluster.accelerators_per_node) * above_idle;
  auto* host = zone.create_host(name, full_speed);
  host->set_property("wattage_per_state", fmt::format("{0}:{0}:{1}", cluster.node_base.base(), most.base()));
  host->seal();
  return host;
}

}  // namespace

Machines::Machines(const Platform& platform) {
  // Without routes: executions need none, and a zone with routes costs more memory.
  auto* zone = s4u::create_empty_zone("/platform");
  if (!users_file(platform).empty()) zone->set_parent(s4u::Engine::get_instance()->get_netzone_root());
  control_ = add_host(*zone, "/control", Watts{0}, Watts{0});
  for (const auto& cluster : platform.clusters) {
    for (std::uint32_t i = 0; i < cluster.nodes; ++i) {
      const auto node = static_cast<std::uint32_t>(nodes_.size());
      s4u::Host* base = nullptr;
      if (cluster.node_base > Watts{0}) base = add_node(*zone, fmt::format("/node-{}", node), cluster);
      nodes_.push_back({base, &cluster, count(), cluster.accelerators_per_node, Joules{0}, Seconds{0}});
      for (std::uint32_t k = 0; k < cluster.accelerators_per_node; ++k) {
        auto* host = add_accelerator(*zone, fmt::format("/accelerator-{}", accelerators_.size()), cluster);
        accelerators_.push_back({host, cluster.accelerator.max, node, &cluster});
      }
    }
  }
  const auto has_links = [](const ClusterSpec& cluster) { return cluster.network || cluster.storage; };
  if (std::ranges::any_of(platform.clusters, has_links))
    interconnect_ = std::make_unique<Interconnect>(platform, *zone);
  zone->seal();
}

double Machines::rate(std::uint32_t accelerator, Watts draw) const {
  const Accelerator& machine = accelerators_[accelerator];
  return full_speed * (machine.cluster->at_wall(draw) / machine.cluster->at_wall(machine.max));
}

bool Machines::works_as_one(const Node& node, Watts draw) const {
  if (!node.base || node.accelerators == 1) return false;
  // The cap is a power state of the accelerators, and nothing draws less than nothing above idle.
  const ClusterSpec& cluster = *node.cluster;
  return !cluster.power_cap && cluster.at_wall(draw) > cluster.accelerator.idle;
}

std::vector<Machines::Load> Machines::loads(std::span<const std::uint32_t> accelerators, Watts draw) const {
  std::vector<Load> loads;
  for (std::size_t i = 0, next = 0; i < accelerators.size(); i = next) {
    const std::uint32_t number = node(accelerators[i]);
    while (next < accelerators.size() && node(accelerators[next]) == number) ++next;
    const Node& on = nodes_[number];
    if (next - i == on.accelerators && works_as_one(on, draw)) {
      const ClusterSpec& cluster = *on.cluster;
      const Watts idle = cluster.accelerator.idle;
      const double share = (cluster.at_wall(draw) - idle) / (cluster.at_wall(cluster.accelerator.max) - idle);
      loads.push_back({accelerators[i], on.base, full_speed * share});
    } else {
      for (std::size_t k = i; k < next; ++k)
        loads.push_back({accelerators[k], host(accelerators[k]), rate(accelerators[k], draw)});
    }
  }
  return loads;
}

// A host that does not work is brought up to date by a call into SimGrid's kernel: once per instant is
// enough.
Joules Machines::base_joules(Node& node) {
  if (!node.base) return Joules{0};
  if (const Seconds now{s4u::Engine::get_clock()}; node.read_at < now) {
    node.joules = Joules{sg_host_get_consumed_energy(node.base)};
    node.read_at = now;
  }
  return node.joules;
}

Joules Machines::meter(std::span<const std::uint32_t> accelerators) {
  CS_EXPECT(!accelerators.empty());
  Joules joules;
  for (std::size_t i = 0, next = 0; i < accelerators.size(); i = next) {
    const std::uint32_t number = node(accelerators[i]);
    while (next < accelerators.size() && node(accelerators[next]) == number) ++next;
    Node& shared = nodes_[number];
    joules += base_joules(shared) * (static_cast<double>(next - i) / shared.accelerators);
  }
  for (const auto accelerator : accelerators)
    joules += Joules{sg_host_get_consumed_energy(accelerators_[accelerator].host)};
  return joules;
}

void Machines::switch_power(std::uint32_t number, bool on) {
  const Node& node = nodes_[number];
  simgrid::kernel::actor::simcall_answered([&] {
    const auto turn = [on](s4u::Host* host) { on ? host->turn_on() : host->turn_off(); };
    if (node.base) turn(node.base);
    for (std::uint32_t i = 0; i < node.accelerators; ++i) turn(accelerators_[node.first + i].host);
  });
}

Joules Machines::total() const {
  CompensatedSum sum;
  // One call into the kernel for all of them.
  simgrid::kernel::actor::simcall_answered([&] {
    for (const auto& node : nodes_)
      if (node.base) sum.add(sg_host_get_consumed_energy(node.base));
    for (const auto& accelerator : accelerators_) sum.add(sg_host_get_consumed_energy(accelerator.host));
  });
  return Joules{sum.value()};
}

}  // namespace campaign_sim
