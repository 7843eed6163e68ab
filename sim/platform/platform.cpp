#include "sim/platform/platform.hpp"

#include <string>

#include "sim/config/reader.hpp"

namespace campaign_sim {
namespace {

ClusterSpec read_cluster(const std::string& name, Reader& cluster) {
  ClusterSpec result;
  result.name = name;
  Reader site = cluster.library_entry("site", "sites");
  result.site = read_site(site);
  Reader accelerator = cluster.library_entry("accelerator", "accelerators");
  result.accelerator = read_accelerator(accelerator);
  result.nodes = static_cast<std::uint32_t>(cluster.integer("nodes", between(1, most_accelerators)));
  result.accelerators_per_node = static_cast<std::uint32_t>(
      cluster.integer("accelerators_per_node", between(1, most_accelerators_per_node)));
  result.node_base = cluster.quantity_or<Watts>("node_base", Watts{}, at_least(0));
  result.accelerator_price =
      cluster.quantity_or<MoneyPerSecond>("accelerator_price", MoneyPerSecond{}, at_least(0));
  return result;
}

}  // namespace

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
  if (platform.ok() && accelerators > most_accelerators)
    platform.reject("clusters", "'clusters' have " + std::to_string(accelerators) +
                                    " accelerators (at most 1000000 can be simulated): fewer nodes");
  return result;
}

}  // namespace campaign_sim
