#include "sim/platform/network.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

#include "sim/config/reader.hpp"
#include "sim/core/limits.hpp"

namespace campaign_sim {
namespace {

LinkSpec read_link(Reader link) {
  return {link.quantity<BytesPerSecond>("bandwidth", more_than(0)),
          link.quantity_or<Seconds>("latency", Seconds{}, at_least(0))};
}

std::vector<std::uint32_t> counts(Reader& fabric, std::string_view key, double least) {
  std::vector<std::uint32_t> result;
  for (const double value : fabric.numbers(key, between(least, most_accelerators))) {
    result.push_back(static_cast<std::uint32_t>(value));
    if (value != static_cast<double>(result.back()))
      fabric.reject(key, fmt::format("'{}' must be whole numbers (they count parts)", key));
  }
  if (fabric.ok() && result.empty())
    fabric.reject(key, fmt::format("'{}' must have at least one number, such as [4, 4]", key));
  return result;
}

std::uint32_t count(Reader& fabric, std::string_view key) {
  return static_cast<std::uint32_t>(fabric.integer(key, between(1, most_accelerators)));
}

std::uint32_t count_or(Reader& fabric, std::string_view key, std::uint32_t fallback) {
  return static_cast<std::uint32_t>(fabric.integer_or(key, fallback, between(1, most_accelerators)));
}

void read_fat_tree(Reader& section, Fabric& fabric) {
  fabric.down = counts(section, "down", 1);
  const std::vector<std::uint32_t> ones(fabric.down.size(), 1);
  fabric.up = section.has("up") ? counts(section, "up", 1) : ones;
  fabric.parallel = section.has("parallel") ? counts(section, "parallel", 1) : ones;
  for (const std::string_view key : {"up", "parallel"}) {
    const auto& levels = key == "up" ? fabric.up : fabric.parallel;
    if (section.ok() && levels.size() != fabric.down.size())
      section.reject(key, fmt::format("'{}' must have as many numbers as 'down' (one a level): {}", key,
                                      fabric.down.size()));
  }
  if (section.ok() && fabric.up.front() != 1)
    section.reject("up", "the first number of 'up' must be 1 (a node hangs on one switch)");
}

void read_dragonfly(Reader& section, Fabric& fabric) {
  for (const std::string_view key : {"groups", "chassis", "routers", "nodes"})
    fabric.down.push_back(count(section, key));
  for (const std::string_view key :
       {"links_between_groups", "links_between_chassis", "links_between_routers"})
    fabric.parallel.push_back(count_or(section, key, 1));
}

// How many nodes the fabric joins.
double nodes_of(const Fabric& fabric) {
  if (fabric.kind == Fabric::Kind::simgrid) return static_cast<double>(fabric.hosts.size());
  double nodes = 1;
  for (const std::uint32_t factor : fabric.down) nodes *= factor;
  return nodes;
}

Fabric read_fabric(Reader section, std::uint32_t nodes) {
  static constexpr std::array<std::string_view, 5> kinds = {"star", "fat_tree", "dragonfly", "torus",
                                                            "simgrid"};
  Fabric fabric;
  const std::string kind = section.one_of("kind", kinds);
  if (kind == "fat_tree") {
    fabric.kind = Fabric::Kind::fat_tree;
    read_fat_tree(section, fabric);
  } else if (kind == "dragonfly") {
    fabric.kind = Fabric::Kind::dragonfly;
    read_dragonfly(section, fabric);
  } else if (kind == "torus") {
    fabric.kind = Fabric::Kind::torus;
    fabric.down = counts(section, "dimensions", 2);
  } else if (kind == "simgrid") {
    fabric.kind = Fabric::Kind::simgrid;
    fabric.file = section.file("file");
    fabric.hosts = section.texts("hosts");
  }
  if (section.ok() && fabric.kind != Fabric::Kind::star && nodes_of(fabric) != nodes)
    section.reject("", fmt::format("the fabric joins {} nodes, and the cluster has {}; change one of them",
                                   nodes_of(fabric), nodes));
  return fabric;
}

std::uint32_t read_rounds(Reader& network) {
  constexpr double most = 1e6;  // of a segment; each moves data
  constexpr std::uint32_t usual = 20;
  if (!network.has("rounds"))
    return static_cast<std::uint32_t>(network.integer_or("rounds", usual, at_least(1)));
  static constexpr std::array<std::string_view, 1> words = {"every-step"};
  const std::string text = network.text("rounds");
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos) {
    if (text != words[0])
      network.reject("rounds",
                     "'rounds' must be a whole number of at least 1, or every-step (what is "
                     "simulated of a segment's steps)");
    return 0;
  }
  return static_cast<std::uint32_t>(network.integer("rounds", between(1, most)));
}

}  // namespace

NetworkSpec read_network(Reader& network, std::uint32_t nodes) {
  static constexpr std::array<std::string_view, 3> collectives = {"hierarchical", "ring", "tree"};
  NetworkSpec result;
  result.fabric = read_fabric(network.chosen_section("fabric", "kind", "star"), nodes);
  const bool has_own_links = result.fabric.kind == Fabric::Kind::simgrid;
  if (has_own_links && !network.has("in_node")) {
    network.reject("",
                   "nothing says how fast the accelerators of a node exchange: give its hosts a property "
                   "'in_node_bandwidth', such as <prop id=\"in_node_bandwidth\" value=\"450 GB/s\"/>");
    return result;
  }
  Reader in_node = network.section("in_node");
  result.in_node = read_link(in_node);
  result.in_node_shared = in_node.flag_or("shared", false);
  if (!has_own_links && (nodes > 1 || network.has("between_nodes")))
    result.between_nodes = read_link(network.section("between_nodes"));
  const std::string collective = network.one_of_or("all_reduce", collectives[0], collectives);
  result.collective = collective == collectives[1]   ? Collective::ring
                      : collective == collectives[2] ? Collective::tree
                                                     : Collective::hierarchical;
  result.rounds = read_rounds(network);
  return result;
}

StorageSpec read_storage(Reader& storage) {
  const BytesPerSecond unlimited{1e15};  // more than any node could take
  StorageSpec result;
  result.read = storage.quantity<BytesPerSecond>("read_bandwidth", more_than(0));
  result.write = storage.quantity<BytesPerSecond>("write_bandwidth", more_than(0));
  result.per_node = unlimited;
  if (storage.has("per_node")) result.per_node = storage.quantity<BytesPerSecond>("per_node", more_than(0));
  result.latency = storage.quantity_or<Seconds>("latency", Seconds{}, at_least(0));
  return result;
}

}  // namespace campaign_sim
