// Which node of a platform works, which is a spare, which is out, and when that changes next.
//
// All of it is drawn from the seed: the k-th life of a node and its k-th repair are the same whatever runs on
// it, so that strategies are compared on the same failures.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

#include "sim/core/units.hpp"
#include "sim/platform/platform.hpp"

namespace campaign_sim {

enum class NodeState : std::uint8_t { working, spare, out };

struct NodeChange {
  Seconds time;
  std::uint32_t cluster = 0;
  std::uint32_t node = 0;  // of the cluster
  NodeState before = NodeState::working;
  NodeState after = NodeState::working;
};

class NodeFaults {
 public:
  NodeFaults(const Platform& platform, std::uint64_t seed);

  // When the next change is; nothing ever changes where no node fails.
  std::optional<Seconds> next() const;
  // The next change, which has happened then.
  NodeChange take();

 private:
  enum class Kind : std::uint8_t { fails, is_repaired, takes_place };
  struct Event {
    Seconds time;
    std::uint32_t pool;
    std::uint32_t node;
    Kind kind;
    std::uint32_t life;  // the node's, in which it falls: void once that is over
    bool operator>(const Event& other) const;
  };
  struct Node {
    NodeState state = NodeState::working;
    bool is_coming = false;  // a spare on its way into another's place
    std::uint32_t life = 0;
  };
  struct Pool {
    const FailureSpec* failures;
    std::uint32_t cluster;
    std::uint32_t first_node;  // through the platform: the subject of its draws
    std::vector<Node> nodes;
    std::uint32_t vacancies = 0;  // places that no spare is on its way to
    std::uint32_t replacements = 0;
  };

  void live(std::uint32_t pool, std::uint32_t node, Seconds now);
  void fail(const Event& event);
  void repair(const Event& event);
  void fill_place(std::uint32_t pool, Seconds now);
  void skip_void();

  std::uint64_t seed_;
  std::vector<Pool> pools_;  // of the clusters with failures
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
};

}  // namespace campaign_sim
