#include "sim/scheduling/placement.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "sim/core/expect.hpp"
#include "sim/core/random.hpp"

using namespace campaign_sim;

namespace {

using Numbers = std::vector<std::uint32_t>;

// The rule, written without thought for speed.
class NaivePlacement {
 public:
  explicit NaivePlacement(const std::vector<PoolShape>& pools) : pools_{pools} {
    std::uint32_t first = 0;
    for (std::uint32_t pool = 0; pool < pools.size(); ++pool)
      for (std::uint32_t node = 0; node < pools[pool].nodes; ++node)
        for (std::uint32_t slot = 0; slot < pools[pool].accelerators_per_node; ++slot)
          free_[pool][node].insert(first++);
  }
  std::optional<Numbers> take(std::uint32_t pool, std::uint32_t count) {
    const std::uint32_t per_node = pools_[pool].accelerators_per_node;
    if (count > per_node) return take_nodes(pool, count, per_node);
    std::set<std::uint32_t>* best = nullptr;
    for (auto& [node, free] : free_[pool])
      if (free.size() >= count && (!best || free.size() < best->size())) best = &free;
    if (!best) return std::nullopt;
    Numbers taken;
    while (taken.size() < count) taken.push_back(best->extract(best->begin()).value());
    return taken;
  }
  void give_back(const Allocation& allocation) {
    std::uint32_t first = 0;
    for (std::uint32_t pool = 0; pool < allocation.pool; ++pool)
      first += pools_[pool].nodes * pools_[pool].accelerators_per_node;
    for (const std::uint32_t accelerator : allocation.accelerators)
      free_[allocation.pool][(accelerator - first) / pools_[allocation.pool].accelerators_per_node].insert(
          accelerator);
  }

 private:
  std::optional<Numbers> take_nodes(std::uint32_t pool, std::uint32_t count, std::uint32_t per_node) {
    std::vector<std::set<std::uint32_t>*> whole;
    for (auto& [node, free] : free_[pool])
      if (free.size() == per_node) whole.push_back(&free);
    if (whole.size() * per_node < count) return std::nullopt;
    Numbers taken;
    for (std::size_t node = 0; taken.size() < count; ++node)
      while (taken.size() < count && !whole[node]->empty())
        taken.push_back(whole[node]->extract(whole[node]->begin()).value());
    return taken;
  }

  std::vector<PoolShape> pools_;
  std::map<std::uint32_t, std::map<std::uint32_t, std::set<std::uint32_t>>> free_;
};

}  // namespace

TEST_CASE("a trial goes to the fullest node that has room, and takes its first free accelerators") {
  FreeAccelerators free{{{3, 4}}};
  CHECK(free.free() == 12);
  CHECK(free.take(0, 1)->accelerators == Numbers{0});
  CHECK(free.take(0, 2)->accelerators == Numbers{1, 2});  // node 0 has three left
  CHECK(free.take(0, 2)->accelerators == Numbers{4, 5});  // node 0 has one left
  CHECK(free.take(0, 1)->accelerators == Numbers{3});     // the last of node 0
  CHECK(free.take(0, 4)->accelerators == Numbers{8, 9, 10, 11});
  CHECK(!free.take(0, 3));
  CHECK(free.take(0, 2)->accelerators == Numbers{6, 7});
  CHECK(free.free() == 0);
  CHECK(!free.take(0, 1));
  free.give_back({0, {5}});
  CHECK(free.free() == 1);
  CHECK(free.take(0, 1)->accelerators == Numbers{5});
}

TEST_CASE("pools are numbered through") {
  FreeAccelerators free{{{2, 2}, {1, 64}}};
  const auto second = free.take(1, 64);
  REQUIRE(second);
  CHECK(second->accelerators.front() == 4);
  CHECK(second->accelerators.back() == 67);
  CHECK(free.free() == 4);
  CHECK(!free.take(0, 5));
}

TEST_CASE("a trial wider than a node gets nodes that are wholly free, the first of them") {
  FreeAccelerators free{{{1, 2}, {5, 4}}};
  CHECK(free.take(1, 1)->accelerators == Numbers{2});  // node 0 of the second pool is no longer free
  CHECK(free.take(1, 8)->accelerators == Numbers{6, 7, 8, 9, 10, 11, 12, 13});
  CHECK(!free.take(1, 12));
  const auto uneven = free.take(1, 6);
  REQUIRE(uneven);
  CHECK(uneven->accelerators == Numbers{14, 15, 16, 17, 18, 19});
  CHECK(free.take(1, 2)->accelerators == Numbers{20, 21});  // the rest of its last node is for others
  free.give_back(*uneven);
  CHECK(free.take(1, 4)->accelerators == Numbers{14, 15, 16, 17});
  CHECK(!free.take(0, 3));
}

TEST_CASE("giving back what is free is our mistake") {
  FreeAccelerators free{{{1, 2}}};
  CHECK_THROWS_AS(free.give_back({0, {1}}), InternalError);
}

TEST_CASE("placement follows the rule, whatever is taken and given back") {
  const std::vector<PoolShape> pools = {{200, 8}, {3, 5}, {70, 1}};
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    INFO("seed " << seed);
    FreeAccelerators free{pools};
    NaivePlacement naive{pools};
    const RandomStream random{seed, Purpose::strategy, 0};
    std::vector<Allocation> held;
    std::uint32_t count_held = 0;
    for (std::uint64_t step = 0; step < 3000; ++step) {
      if (random.uniform(3 * step) < 0.6 || held.empty()) {
        const auto pool = static_cast<std::uint32_t>(random.below(3, 3 * step + 1));
        const auto count =
            static_cast<std::uint32_t>(1 + random.below(2 * pools[pool].accelerators_per_node, 3 * step + 2));
        const auto taken = free.take(pool, count);
        const auto expected = naive.take(pool, count);
        REQUIRE(taken.has_value() == expected.has_value());
        if (!taken) continue;
        REQUIRE(taken->accelerators == *expected);
        count_held += count;
        held.push_back(*taken);
      } else {
        std::swap(held[random.below(held.size(), 3 * step + 1)], held.back());
        free.give_back(held.back());
        naive.give_back(held.back());
        count_held -= static_cast<std::uint32_t>(held.back().accelerators.size());
        held.pop_back();
      }
      REQUIRE(free.free() == 200 * 8 + 3 * 5 + 70 - count_held);
    }
  }
}
