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

// The plugin's text is "idle : nearly nothing to do : all cores busy", in watts, once a power state.
std::string wattage(Watts idle, Watts nearly_nothing, Watts max) {
  return fmt::format("{}:{}:{}", idle.base(), nearly_nothing.base(), max.base());
}

s4u::Host* add_host(s4u::NetZone& zone, const std::string& name, const std::string& watts) {
  auto* host = zone.create_host(name, full_speed);
  host->set_property("wattage_per_state", watts);
  host->seal();
  return host;
}

// A second power state, which it is in: as much slower as it draws less than it could.
s4u::Host* add_capped_host(s4u::NetZone& zone, const std::string& name, const std::string& watts,
                           const std::string& capped_watts, double share) {
  auto* host = zone.create_host(name, std::vector{full_speed, full_speed * share});
  host->set_property("wattage_per_state", watts + "," + capped_watts);
  host->seal();
  host->set_pstate(1);
  return host;
}

// The most that the cap lets an accelerator draw, at the wall.
Watts most_at_wall(const ClusterSpec& cluster) {
  const Accelerator& accelerator = cluster.accelerator;
  return cluster.at_wall(most_under_cap(accelerator.cap_response, accelerator.idle, accelerator.max,
                                        std::min(*cluster.power_cap, accelerator.max)));
}

s4u::Host* add_accelerator(s4u::NetZone& zone, const std::string& name, const ClusterSpec& cluster) {
  const Watts idle = cluster.accelerator.idle;
  const Watts max = cluster.at_wall(cluster.accelerator.max);
  const std::string watts = wattage(idle, Watts{0}, max);
  if (!cluster.power_cap) return add_host(zone, name, watts);
  const Watts capped = most_at_wall(cluster);
  return add_capped_host(zone, name, watts, wattage(idle, Watts{0}, capped), capped / max);
}

// Its accelerators' watts above idle come on top of its own.
s4u::Host* add_node(s4u::NetZone& zone, const std::string& name, const ClusterSpec& cluster) {
  const Watts base = cluster.node_base;
  const auto working = [&](Watts accelerator) {
    return base +
           static_cast<double>(cluster.accelerators_per_node) * (accelerator - cluster.accelerator.idle);
  };
  const Watts idle = cluster.accelerator.idle;
  const Watts max = cluster.at_wall(cluster.accelerator.max);
  const Watts capped = cluster.power_cap ? most_at_wall(cluster) : max;
  const std::string watts = wattage(base, base, working(max));
  if (!cluster.power_cap || capped <= idle) return add_host(zone, name, watts);
  return add_capped_host(zone, name, watts, wattage(base, base, working(capped)),
                         (capped - idle) / (max - idle));
}

}  // namespace

Machines::Machines(const Platform& platform) {
  // Without routes: executions need none, and a zone with routes costs more memory.
  auto* zone = s4u::create_empty_zone("/platform");
  if (!users_file(platform).empty()) zone->set_parent(s4u::Engine::get_instance()->get_netzone_root());
  control_ = add_host(*zone, "/control", wattage(Watts{0}, Watts{0}, Watts{0}));
  for (const auto& cluster : platform.clusters) {
    for (std::uint32_t i = 0; i < cluster.nodes; ++i) {
      const auto node = static_cast<std::uint32_t>(nodes_.size());
      const bool draws = cluster.node_base > Watts{0};
      s4u::Host* own = nullptr;
      if (draws || cluster.accelerators_per_node > 1)
        own = add_node(*zone, fmt::format("/node-{}", node), cluster);
      nodes_.push_back({own, draws, &cluster, count(), cluster.accelerators_per_node, Joules{0}, Seconds{0}});
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

bool Machines::works_as_one(const Node& node, Watts draw) {
  // Nothing draws less than nothing above idle.
  const ClusterSpec& cluster = *node.cluster;
  return node.accelerators > 1 && cluster.at_wall(draw) > cluster.accelerator.idle;
}

std::vector<Machines::Load> Machines::loads(std::span<const std::uint32_t> accelerators, Watts draw) {
  std::vector<Load> loads;
  for (std::size_t i = 0, next = 0; i < accelerators.size(); i = next) {
    const std::uint32_t number = node(accelerators[i]);
    while (next < accelerators.size() && node(accelerators[next]) == number) ++next;
    Node& on = nodes_[number];
    if (next - i == on.accelerators && works_as_one(on, draw)) {
      const ClusterSpec& cluster = *on.cluster;
      const Watts idle = cluster.accelerator.idle;
      const double share = (cluster.at_wall(draw) - idle) / (cluster.at_wall(cluster.accelerator.max) - idle);
      on.draws = true;
      loads.push_back({accelerators[i], on.host, full_speed * share});
    } else {
      for (std::size_t k = i; k < next; ++k)
        loads.push_back({accelerators[k], host(accelerators[k]), rate(accelerators[k], draw)});
    }
  }
  return loads;
}

// A host that does not work is brought up to date by a call into SimGrid's kernel: once per instant is
// enough.
Joules Machines::node_joules(Node& node) {
  if (!node.draws) return Joules{0};
  if (const Seconds now{s4u::Engine::get_clock()}; node.read_at < now) {
    node.joules = Joules{sg_host_get_consumed_energy(node.host)};
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
    joules += node_joules(shared) * (static_cast<double>(next - i) / shared.accelerators);
  }
  for (const auto accelerator : accelerators)
    joules += Joules{sg_host_get_consumed_energy(accelerators_[accelerator].host)};
  return joules;
}

void Machines::switch_power(std::uint32_t number, bool on) {
  const Node& node = nodes_[number];
  simgrid::kernel::actor::simcall_answered([&] {
    const auto turn = [on](s4u::Host* host) { on ? host->turn_on() : host->turn_off(); };
    if (node.host) turn(node.host);
    for (std::uint32_t i = 0; i < node.accelerators; ++i) turn(accelerators_[node.first + i].host);
  });
}

Joules Machines::total() const {
  CompensatedSum sum;
  // One call into the kernel for all of them.
  simgrid::kernel::actor::simcall_answered([&] {
    for (const auto& node : nodes_)
      if (node.draws) sum.add(sg_host_get_consumed_energy(node.host));
    for (const auto& accelerator : accelerators_) sum.add(sg_host_get_consumed_energy(accelerator.host));
  });
  return Joules{sum.value()};
}

}  // namespace campaign_sim
