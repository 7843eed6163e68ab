#include "sim/scheduling/placement.hpp"

#include <algorithm>
#include <bit>

#include "sim/core/expect.hpp"

namespace campaign_sim {

void FreeAccelerators::NodeSet::insert(std::uint32_t node) {
  const std::size_t word = node / 64;
  words_[word] |= std::uint64_t{1} << (node % 64);
  ++count_;
  first_ = std::min(first_, word);
}

void FreeAccelerators::NodeSet::erase(std::uint32_t node) {
  words_[node / 64] &= ~(std::uint64_t{1} << (node % 64));
  --count_;
}

std::optional<std::uint32_t> FreeAccelerators::NodeSet::least() {
  while (first_ < words_.size() && words_[first_] == 0) ++first_;
  if (first_ == words_.size()) return std::nullopt;
  return static_cast<std::uint32_t>(first_ * 64 + static_cast<std::size_t>(std::countr_zero(words_[first_])));
}

FreeAccelerators::FreeAccelerators(const std::vector<PoolShape>& pools) {
  for (const PoolShape& shape : pools) {
    CS_EXPECT(shape.accelerators_per_node >= 1 && shape.accelerators_per_node <= 64);
    const std::uint64_t all_free = ~std::uint64_t{0} >> (64 - shape.accelerators_per_node);
    Pool pool{shape, free_, std::vector<std::uint64_t>(shape.nodes, all_free), {}};
    pool.by_free_count.assign(shape.accelerators_per_node + 1, NodeSet{shape.nodes});
    for (std::uint32_t node = 0; node < shape.nodes; ++node) pool.by_free_count.back().insert(node);
    free_ += shape.nodes * shape.accelerators_per_node;
    pools_.push_back(std::move(pool));
  }
}

void FreeAccelerators::take_from(Pool& pool, std::uint32_t node, std::uint32_t count,
                                 std::vector<std::uint32_t>& taken) {
  std::uint64_t& slots = pool.free_slots[node];
  const auto free_before = static_cast<std::uint32_t>(std::popcount(slots));
  const std::uint32_t first = pool.first_accelerator + node * pool.shape.accelerators_per_node;
  for (std::uint32_t i = 0; i < count; ++i) {
    taken.push_back(first + static_cast<std::uint32_t>(std::countr_zero(slots)));
    slots &= slots - 1;
  }
  pool.by_free_count[free_before].erase(node);
  pool.by_free_count[free_before - count].insert(node);
  free_ -= count;
}

std::optional<Allocation> FreeAccelerators::take(std::uint32_t pool_index, std::uint32_t count) {
  Pool& pool = pools_.at(pool_index);
  const std::uint32_t per_node = pool.shape.accelerators_per_node;
  Allocation allocation{pool_index, {}};
  if (count <= per_node) {
    for (std::uint32_t free = count; free <= per_node; ++free) {
      const auto node = pool.by_free_count[free].least();
      if (!node) continue;
      allocation.accelerators.reserve(count);
      take_from(pool, *node, count, allocation.accelerators);
      return allocation;
    }
    return std::nullopt;
  }
  NodeSet& whole = pool.by_free_count[per_node];
  if (whole.size() < (count + per_node - 1) / per_node) return std::nullopt;
  allocation.accelerators.reserve(count);
  for (std::uint32_t left = count; left > 0; left -= std::min(left, per_node))
    take_from(pool, *whole.least(), std::min(left, per_node), allocation.accelerators);
  return allocation;
}

Allocation FreeAccelerators::take_node(std::uint32_t pool_index, std::uint32_t node) {
  Pool& pool = pools_.at(pool_index);
  const std::uint32_t per_node = pool.shape.accelerators_per_node;
  CS_EXPECT(static_cast<std::uint32_t>(std::popcount(pool.free_slots.at(node))) == per_node);
  Allocation allocation{pool_index, {}};
  take_from(pool, node, per_node, allocation.accelerators);
  return allocation;
}

void FreeAccelerators::give_back(const Allocation& allocation) {
  Pool& pool = pools_.at(allocation.pool);
  const std::uint32_t per_node = pool.shape.accelerators_per_node;
  const auto end = allocation.accelerators.end();
  for (auto of_node = allocation.accelerators.begin(); of_node != end;) {
    const std::uint32_t node = (*of_node - pool.first_accelerator) / per_node;
    const std::uint32_t first = pool.first_accelerator + node * per_node;
    std::uint64_t& slots = pool.free_slots.at(node);
    const auto free_before = static_cast<std::uint32_t>(std::popcount(slots));
    for (; of_node != end && *of_node < first + per_node; ++of_node) {
      const std::uint64_t slot = std::uint64_t{1} << (*of_node - first);
      CS_EXPECT((slots & slot) == 0);
      slots |= slot;
    }
    const auto free_after = static_cast<std::uint32_t>(std::popcount(slots));
    pool.by_free_count[free_before].erase(node);
    pool.by_free_count[free_after].insert(node);
    free_ += free_after - free_before;
  }
}

}  // namespace campaign_sim
