#include "sim/scheduling/placement.hpp"

#include <algorithm>
#include <bit>

#include "sim/core/expect.hpp"

namespace campaign_sim {

void FreeAccelerators::NodeSet::insert(std::uint32_t node) {
  const std::size_t word = node / 64;
  words_[word] |= std::uint64_t{1} << (node % 64);
  first_ = std::min(first_, word);
}

void FreeAccelerators::NodeSet::erase(std::uint32_t node) {
  words_[node / 64] &= ~(std::uint64_t{1} << (node % 64));
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

std::optional<Allocation> FreeAccelerators::take(std::uint32_t pool_index, std::uint32_t count) {
  Pool& pool = pools_.at(pool_index);
  for (std::uint32_t free = count; free <= pool.shape.accelerators_per_node; ++free) {
    const auto node = pool.by_free_count[free].least();
    if (!node) continue;
    Allocation allocation{pool_index, *node, {}};
    allocation.accelerators.reserve(count);
    std::uint64_t& slots = pool.free_slots[*node];
    const std::uint32_t first = pool.first_accelerator + *node * pool.shape.accelerators_per_node;
    for (std::uint32_t taken = 0; taken < count; ++taken) {
      allocation.accelerators.push_back(first + static_cast<std::uint32_t>(std::countr_zero(slots)));
      slots &= slots - 1;
    }
    pool.by_free_count[free].erase(*node);
    pool.by_free_count[free - count].insert(*node);
    free_ -= count;
    return allocation;
  }
  return std::nullopt;
}

void FreeAccelerators::give_back(const Allocation& allocation) {
  Pool& pool = pools_.at(allocation.pool);
  std::uint64_t& slots = pool.free_slots.at(allocation.node);
  const auto free_before = static_cast<std::uint32_t>(std::popcount(slots));
  const std::uint32_t first = pool.first_accelerator + allocation.node * pool.shape.accelerators_per_node;
  for (const std::uint32_t accelerator : allocation.accelerators) {
    const std::uint64_t slot = std::uint64_t{1} << (accelerator - first);
    CS_EXPECT((slots & slot) == 0);
    slots |= slot;
  }
  const auto count = static_cast<std::uint32_t>(allocation.accelerators.size());
  pool.by_free_count[free_before].erase(allocation.node);
  pool.by_free_count[free_before + count].insert(allocation.node);
  free_ += count;
}

}  // namespace campaign_sim
