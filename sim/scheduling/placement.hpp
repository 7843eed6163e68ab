// Which accelerators are free, and which of them a trial gets.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace campaign_sim {

// The shape of the machines, as far as placing needs it: no watts, no prices.
struct PoolShape {
  std::uint32_t nodes;
  std::uint32_t accelerators_per_node;  // 1 … 64
};

// Where one trial runs: accelerators of one pool, numbered through all pools.
struct Allocation {
  std::uint32_t pool = 0;
  std::vector<std::uint32_t> accelerators;  // ascending
};

// A trial that fits on one node goes, best fit, to the node with the fewest free accelerators that still has
// enough, the lowest-numbered of those, and takes its lowest-numbered free ones. One that does not gets the
// lowest-numbered nodes that are wholly free, as many as it needs; where its number is no multiple of a
// node's, the rest of the last of them stays free for others. Constant time for practical sizes: nodes are
// kept by their number of free accelerators.
class FreeAccelerators {
 public:
  explicit FreeAccelerators(const std::vector<PoolShape>& pools);

  // Takes `count` accelerators of the pool; nothing if there are not so many free on one node or, for more
  // than a node has, on wholly free ones.
  std::optional<Allocation> take(std::uint32_t pool, std::uint32_t count);
  // Takes all accelerators of a node of the pool, which must be free.
  Allocation take_node(std::uint32_t pool, std::uint32_t node);
  void give_back(const Allocation& allocation);

  std::uint32_t free() const { return free_; }  // in all pools

 private:
  // A set of small integers that finds its least member quickly.
  class NodeSet {
   public:
    explicit NodeSet(std::uint32_t size) : words_((size + 63) / 64) {}
    void insert(std::uint32_t node);
    void erase(std::uint32_t node);
    std::optional<std::uint32_t> least();
    std::uint32_t size() const { return count_; }

   private:
    std::vector<std::uint64_t> words_;
    std::size_t first_ = 0;  // no member lies in a word before this one
    std::uint32_t count_ = 0;
  };
  struct Pool {
    PoolShape shape;
    std::uint32_t first_accelerator;
    std::vector<std::uint64_t> free_slots;  // one bit mask a node
    std::vector<NodeSet> by_free_count;     // [n]: the nodes with n free accelerators
  };
  // The lowest-numbered free accelerators of a node that has so many.
  void take_from(Pool& pool, std::uint32_t node, std::uint32_t count, std::vector<std::uint32_t>& taken);

  std::vector<Pool> pools_;
  std::uint32_t free_ = 0;
};

}  // namespace campaign_sim
