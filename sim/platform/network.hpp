// What the machines of a cluster exchange data over, as values: links in a node, a fabric between nodes, and
// storage that all of them share. A cluster without them moves its data in no time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/core/units.hpp"

namespace campaign_sim {

class Reader;

struct LinkSpec {
  BytesPerSecond bandwidth;  // each way
  Seconds latency;           // of one link; a way is as long as its links together
};

// How the nodes are joined. All links of a fabric are alike; its shape is what differs.
struct Fabric {
  enum class Kind : std::uint8_t { star, fat_tree, dragonfly, torus, simgrid };
  Kind kind = Kind::star;
  // fat_tree: children, parents and parallel links of each level, from the nodes up. torus: `down` are its
  // sides. dragonfly: `down` are groups, chassis a group, routers a chassis and nodes a router; `parallel`
  // are the links between groups, chassis and routers.
  std::vector<std::uint32_t> down;
  std::vector<std::uint32_t> up;
  std::vector<std::uint32_t> parallel;
  // simgrid: a platform file of SimGrid's own, and which of its hosts are the nodes, in order.
  std::filesystem::path file;
  std::vector<std::string> hosts;
};

// How the ranks of an all-reduce pass their data on; also that of its halves, reduce-scatter and all-gather.
enum class Collective : std::uint8_t {
  ring,          // one ring through all ranks
  tree,          // up a binary tree of nodes and down again
  hierarchical,  // within each node, between nodes, within each node: one after the other
};

struct NetworkSpec {
  LinkSpec in_node;             // NVLink, PCIe: of one accelerator…
  bool in_node_shared = false;  // …or of a node's accelerators together
  LinkSpec between_nodes;       // every link of the fabric
  Fabric fabric;
  Collective collective = Collective::hierarchical;
  std::uint32_t rounds = 0;  // into which a segment is cut; 0: one a step
};

struct StorageSpec {
  BytesPerSecond read;   // by all nodes together
  BytesPerSecond write;  // same
  BytesPerSecond per_node;
  Seconds latency;
};

// Read the sections `network` and `storage` of a cluster of that many nodes.
NetworkSpec read_network(Reader& network, std::uint32_t nodes);
StorageSpec read_storage(Reader& storage);

}  // namespace campaign_sim
