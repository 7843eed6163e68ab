#include "sim/platform/platform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "sim/config/reader.hpp"
#include "sim/core/calendar.hpp"
#include "sim/core/limits.hpp"

namespace campaign_sim {
namespace {

// The name goes into file names, CSV cells and the names of simulated hosts.
bool is_cluster_name(const std::string& name) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  return !name.empty() && name.size() <= 64 && name.find_first_not_of(allowed) == std::string::npos;
}

constexpr Seconds year{seconds_per_year};

// The price of what is owned, spread over the hours that it is of use to somebody.
MoneyPerSecond read_owned(Reader owned) {
  const Money price = owned.quantity<Money>("price", at_least(0));
  const Seconds lifetime = owned.quantity_or<Seconds>("lifetime", year * 4, more_than(0));
  const double utilisation = owned.number_or("utilisation", 1, {.low = 0, .high = 1, .low_open = true});
  return price / (lifetime * utilisation);
}

Embodied read_embodied(Reader embodied) {
  Embodied result;
  const std::initializer_list<std::string_view> made = {"accelerator", "node", "switch"};
  if (std::ranges::none_of(made, [&](std::string_view machine) { return embodied.has(machine); }))
    embodied.reject(
        "", "'embodied' says of no machine what making it emitted; give 'accelerator', 'node' or 'switch'");
  result.accelerator = embodied.quantity_or<Kilograms>("accelerator", Kilograms{}, at_least(0));
  result.node = embodied.quantity_or<Kilograms>("node", Kilograms{}, at_least(0));
  result.network_switch = embodied.quantity_or<Kilograms>("switch", Kilograms{}, at_least(0));
  result.switches = embodied.number_or("switches", 0, at_least(0));
  result.lifetime = embodied.quantity_or<Seconds>("lifetime", year * 4, more_than(0));
  result.utilisation = embodied.number_or("utilisation", 1, {.low = 0, .high = 1, .low_open = true});
  return result;
}

// A node's parts are metered behind its power supplies; what counts is drawn before them.
void read_node_power(Reader node, ClusterSpec& cluster) {
  const Watts idle = node.quantity<Watts>("idle", at_least(0));
  const Watts cpu = node.quantity_or<Watts>("cpu", Watts{}, at_least(0));
  const Watts dram = node.quantity_or<Watts>("dram", Watts{}, at_least(0));
  const double fans = node.number_or("fans", 0, between(0, 1));
  const double conversion = node.number_or("conversion", 1, between(0.5, 1));
  const Watts resting = static_cast<double>(cluster.accelerators_per_node) * cluster.accelerator.idle;
  cluster.node_base = idle / conversion + resting * (1 / conversion - 1);
  cluster.node_load = {(cpu + dram) / conversion, (1 + fans) / conversion - 1};
}

ClusterSpec read_cluster(const std::string& name, Reader& cluster) {
  if (!is_cluster_name(name))
    cluster.reject(
        "", "a cluster's name must be 1 to 64 letters, digits, '-' or '_' (it names hosts and columns)");
  ClusterSpec result;
  result.name = name;
  Reader site = cluster.library_entry("site", "sites");
  result.site = read_site(site);
  Reader accelerator = cluster.library_entry("accelerator", "accelerators");
  result.accelerator = read_accelerator(accelerator);
  result.nodes = static_cast<std::uint32_t>(cluster.integer("nodes", between(1, most_accelerators)));
  result.accelerators_per_node = static_cast<std::uint32_t>(
      cluster.integer("accelerators_per_node", between(1, most_accelerators_per_node)));
  if (cluster.has("node_power")) {
    if (cluster.has("node_base"))
      cluster.reject("node_base",
                     "'node_base' is constant, 'node_power' rises with the load; give one of them");
    read_node_power(cluster.section("node_power"), result);
  } else {
    result.node_base = cluster.quantity_or<Watts>("node_base", Watts{}, at_least(0));
  }
  if (cluster.has("switch_power"))
    result.node_base += cluster.quantity<Watts>("switch_power", at_least(0)) / std::max(result.nodes, 1u);
  if (cluster.has("power_cap")) {
    result.power_cap = cluster.quantity<Watts>("power_cap", more_than(0));
    if (cluster.ok())
      if (const std::string why = why_not_cap(result.accelerator, *result.power_cap); !why.empty())
        cluster.reject("power_cap", why);
  }
  if (cluster.has("node_memory")) result.node_memory = cluster.quantity<Bytes>("node_memory", at_least(0));
  result.accelerator_price =
      cluster.quantity_or<MoneyPerSecond>("accelerator_price", MoneyPerSecond{}, at_least(0));
  if (cluster.has("network")) {
    Reader network = cluster.section("network");
    result.network = read_network(network, result.nodes);
  }
  if (cluster.has("storage")) {
    Reader storage = cluster.section("storage");
    result.storage = read_storage(storage);
  }
  if (cluster.has("spot_price"))
    result.spot_price = cluster.quantity<MoneyPerSecond>("spot_price", at_least(0));
  if (cluster.has("owned")) result.owned_price = read_owned(cluster.section("owned"));
  if (cluster.has("embodied")) result.embodied = read_embodied(cluster.section("embodied"));
  if (cluster.has("failures")) {
    Reader failures = cluster.section("failures");
    result.failures = read_failures(failures, result.nodes);
  }
  return result;
}

// SimGrid reads one platform file in a simulation.
void expect_one_file(Reader& platform, const std::vector<ClusterSpec>& clusters) {
  const Fabric* first = nullptr;
  for (const ClusterSpec& cluster : clusters) {
    if (!cluster.network || cluster.network->fabric.kind != Fabric::Kind::simgrid) continue;
    const Fabric& fabric = cluster.network->fabric;
    if (first && first->file != fabric.file)
      platform.reject("clusters", "the clusters' fabrics are of two files, " + first->file.string() +
                                      " and " + fabric.file.string() + "; put them into one");
    first = &fabric;
  }
}

}  // namespace

std::uint32_t ClusterSpec::most_accelerators_of_a_trial() const {
  return (failures ? nodes_to_count_on(*failures, nodes) : nodes) * accelerators_per_node;
}

Watts ClusterSpec::at_wall(Watts draw) const {
  return draw + node_load.per_watt * (draw - accelerator.idle) + node_load.per_held;
}

Watts ClusterSpec::largest_power() const {
  return static_cast<double>(accelerators()) * at_wall(accelerator.max) +
         static_cast<double>(nodes) * node_base;
}

std::vector<std::string> Platform::cluster_names() const {
  std::vector<std::string> names;
  for (const ClusterSpec& cluster : clusters) names.push_back(cluster.name);
  return names;
}

std::uint32_t Platform::accelerators() const {
  std::uint32_t sum = 0;
  for (const ClusterSpec& cluster : clusters) sum += cluster.accelerators();
  return sum;
}

Platform read_platform(Reader& platform) {
  Platform result;
  result.name = platform.text_or("name", "unnamed");
  platform.text_or("description", "");

  std::uint64_t accelerators = 0;
  auto clusters = platform.entries("clusters");
  for (auto& [name, cluster] : clusters) {
    result.clusters.push_back(read_cluster(name, cluster));
    const ClusterSpec& read = result.clusters.back();
    accelerators += std::uint64_t{read.nodes} * read.accelerators_per_node;
  }
  if (platform.ok() && clusters.empty())
    platform.reject("clusters", "'clusters' must name at least one cluster (trials need an accelerator)");
  if (platform.ok()) expect_one_file(platform, result.clusters);
  if (platform.ok() && accelerators > most_accelerators)
    platform.reject("clusters",
                    fmt::format("'clusters' have {} accelerators (at most {} can be simulated): fewer nodes",
                                accelerators, most_accelerators));
  return result;
}

}  // namespace campaign_sim
