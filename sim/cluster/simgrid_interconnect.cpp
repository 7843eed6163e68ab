#include "sim/cluster/simgrid_interconnect.hpp"

#include <fmt/format.h>

#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Host.hpp>
#include <simgrid/s4u/Link.hpp>
#include <simgrid/s4u/NetZone.hpp>
#include <stdexcept>
#include <utility>

#include "sim/cluster/cluster.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim {
namespace {

namespace s4u = simgrid::s4u;

std::uint64_t key(std::uint32_t from, std::uint32_t to) { return std::uint64_t{from} << 32 | to; }

// Makes the hosts of a fabric's leaves, in SimGrid's order, which is the order of nodes.
template <class MakeHost>
s4u::ClusterCallbacks leaves(MakeHost make_host) {
  return s4u::ClusterCallbacks{
      [make_host](s4u::NetZone* zone, const std::vector<unsigned long>&, unsigned long) {
        return std::pair<simgrid::kernel::routing::NetPoint*, simgrid::kernel::routing::NetPoint*>{
            make_host(*zone)->get_netpoint(), nullptr};
      }};
}

}  // namespace

std::string users_file(const Platform& platform) {
  for (const ClusterSpec& cluster : platform.clusters)
    if (cluster.network && cluster.network->fabric.kind == Fabric::Kind::simgrid)
      return cluster.network->fabric.file.string();
  return {};
}

Interconnect::Interconnect(const Platform& platform, s4u::NetZone& root) {
  // Those that are there come from a user's file.
  for (s4u::Link* link : s4u::Engine::get_instance()->get_all_links()) {
    latency_s_[link] = link->get_latency();
    link->set_latency(0);
  }
  for (const ClusterSpec& cluster : platform.clusters) {
    const std::size_t first = nodes_.size();
    nodes_.resize(first + cluster.nodes);
    if (cluster.network && cluster.nodes > 1) join_nodes(cluster, first, root);
    if (cluster.network || cluster.storage) open_ports(cluster, first, root);
  }
}

// A host that data comes from or goes to; it computes nothing and draws nothing.
s4u::Host* Interconnect::end_host(s4u::NetZone& zone, const std::string& name) {
  s4u::Host* host = zone.create_host(name, 1);
  host->set_property("wattage_per_state", "0:0:0");
  return host->seal();
}

s4u::Link* Interconnect::link(s4u::NetZone& zone, const std::string& name, const LinkSpec& spec,
                              bool each_flow_its_own) {
  s4u::Link* made = zone.create_link(name, spec.bandwidth.base());
  made->set_latency(0);
  if (each_flow_its_own) made->set_sharing_policy(s4u::Link::SharingPolicy::FATPIPE);
  made->seal();
  latency_s_[made] = spec.latency.base();
  return made;
}

void Interconnect::join_nodes(const ClusterSpec& cluster, std::size_t first, s4u::NetZone& root) {
  const Fabric& fabric = cluster.network->fabric;
  const LinkSpec& spec = cluster.network->between_nodes;
  const double bandwidth = spec.bandwidth.base();
  const std::string name = "/fabric-" + cluster.name;
  std::size_t next = first;
  const auto make_host = [this, &next](s4u::NetZone& zone) {
    s4u::Host* host = end_host(zone, fmt::format("/fabric-node-{}", next));
    nodes_[next++].in_fabric = host;
    return host;
  };
  constexpr auto duplex = s4u::Link::SharingPolicy::SPLITDUPLEX;
  s4u::NetZone* zone = nullptr;
  switch (fabric.kind) {
    case Fabric::Kind::simgrid:
      return take_hosts(cluster, first);
    case Fabric::Kind::star:
      zone = s4u::create_star_zone(name);
      zone->set_parent(&root);
      for (std::uint32_t i = 0; i < cluster.nodes; ++i) {
        auto* point = make_host(*zone)->get_netpoint();
        auto* up = link(*zone, fmt::format("/up-{}", next - 1), spec);
        auto* down = link(*zone, fmt::format("/down-{}", next - 1), spec);
        zone->add_route(point, nullptr, nullptr, nullptr, {s4u::LinkInRoute{up}}, false);
        zone->add_route(nullptr, point, nullptr, nullptr, {s4u::LinkInRoute{down}}, false);
      }
      break;
    case Fabric::Kind::fat_tree:
      zone = s4u::create_fatTree_zone(
          name, &root, {static_cast<unsigned>(fabric.down.size()), fabric.down, fabric.up, fabric.parallel},
          leaves(make_host), bandwidth, 0, duplex);
      break;
    case Fabric::Kind::torus:
      zone = s4u::create_torus_zone(name, &root, {fabric.down.begin(), fabric.down.end()}, leaves(make_host),
                                    bandwidth, 0, duplex);
      break;
    case Fabric::Kind::dragonfly:
      zone = s4u::create_dragonfly_zone(name, &root,
                                        {{fabric.down[0], fabric.parallel[0]},
                                         {fabric.down[1], fabric.parallel[1]},
                                         {fabric.down[2], fabric.parallel[2]},
                                         fabric.down[3]},
                                        leaves(make_host), bandwidth, 0, duplex);
      break;
  }
  CS_EXPECT(next == first + cluster.nodes);
  zone->seal();
  // The links that SimGrid made by itself.
  for (const s4u::Link* made : s4u::Engine::get_instance()->get_all_links())
    latency_s_.try_emplace(made, spec.latency.base());
}

void Interconnect::take_hosts(const ClusterSpec& cluster, std::size_t first) {
  for (const std::string& name : cluster.network->fabric.hosts) {
    nodes_[first].in_fabric = s4u::Host::by_name_or_null(name);
    if (!nodes_[first++].in_fabric) throw std::runtime_error{"it has no host '" + name + "'"};
  }
}

void Interconnect::open_ports(const ClusterSpec& cluster, std::size_t first, s4u::NetZone& root) {
  s4u::NetZone* zone = s4u::create_star_zone("/ports-" + cluster.name);
  zone->set_parent(&root);
  s4u::Host* storage = nullptr;
  if (cluster.storage) {
    storage = end_host(*zone, "/storage-" + cluster.name);
    const Seconds latency = cluster.storage->latency;
    auto* read = link(*zone, "/read-" + cluster.name, {cluster.storage->read, latency});
    auto* write = link(*zone, "/write-" + cluster.name, {cluster.storage->write, latency});
    zone->add_route(storage->get_netpoint(), nullptr, nullptr, nullptr, {s4u::LinkInRoute{read}}, false);
    zone->add_route(nullptr, storage->get_netpoint(), nullptr, nullptr, {s4u::LinkInRoute{write}}, false);
  }
  for (std::size_t i = first; i < first + cluster.nodes; ++i) {
    Node& node = nodes_[i];
    node.storage = storage;
    node.port = end_host(*zone, fmt::format("/port-{}", i));
    auto* point = node.port->get_netpoint();
    if (cluster.network) {
      const NetworkSpec& network = *cluster.network;
      auto* inside = link(*zone, fmt::format("/inside-{}", i), network.in_node, !network.in_node_shared);
      zone->add_route(point, point, nullptr, nullptr, {s4u::LinkInRoute{inside}}, false);
    }
    if (storage) {
      const LinkSpec door{cluster.storage->per_node, Seconds{}};
      auto* in = link(*zone, fmt::format("/in-{}", i), door);
      auto* out = link(*zone, fmt::format("/out-{}", i), door);
      zone->add_route(point, nullptr, nullptr, nullptr, {s4u::LinkInRoute{out}}, false);
      zone->add_route(nullptr, point, nullptr, nullptr, {s4u::LinkInRoute{in}}, false);
    }
  }
  zone->seal();
}

const Interconnect::Way& Interconnect::way(std::uint64_t at, s4u::Host* from, s4u::Host* to) {
  const auto [found, is_new] = ways_.try_emplace(at, Way{from, to, Seconds{}});
  if (is_new) {
    CS_EXPECT(from && to);
    std::vector<s4u::Link*> links;
    double none = 0;
    from->route_to(to, links, &none);
    CS_EXPECT(!links.empty());
    for (const s4u::Link* each : links) found->second.latency += Seconds{latency_s_.at(each)};
  }
  return found->second;
}

const Interconnect::Way& Interconnect::between(std::uint32_t from, std::uint32_t to) {
  if (from == to) return way(key(from, from), nodes_.at(from).port, nodes_.at(from).port);
  return way(key(from, to), nodes_.at(from).in_fabric, nodes_.at(to).in_fabric);
}

const Interconnect::Way& Interconnect::from_storage(std::uint32_t node) {
  return way(key(shared_storage, node), nodes_.at(node).storage, nodes_.at(node).port);
}

const Interconnect::Way& Interconnect::to_storage(std::uint32_t node) {
  return way(key(node, shared_storage), nodes_.at(node).port, nodes_.at(node).storage);
}

}  // namespace campaign_sim
