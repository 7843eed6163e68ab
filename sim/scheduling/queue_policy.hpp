// In which order waiting segments get accelerators.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/core/trial.hpp"
#include "sim/core/units.hpp"

namespace campaign_sim {

class Reader;

// A segment that waits for accelerators, as far as ordering needs it.
struct WaitingSegment {
  TrialId trial;
  Resource until;
  Seconds since;  // when it began to wait
  // What it would hold on each pool of machines, in the platform's order; 0: it cannot run there.
  std::vector<std::uint32_t> accelerators;
};

// Tries to place a segment; true if it runs now.
class Placer {
 public:
  virtual ~Placer() = default;
  virtual bool place(const WaitingSegment& segment) = 0;
};

class QueuePolicy {
 public:
  virtual ~QueuePolicy() = default;

  virtual void push(WaitingSegment segment) = 0;
  // Places what the rule allows now, in the rule's order.
  virtual void place_all(Placer& placer) = 0;
  virtual bool empty() const = 0;
};

struct QueuePolicyEntry {
  std::string_view name;     // in a scenario: `scheduling: {policy: fifo}`
  std::string_view summary;  // one line for `campaign-sim list policies`
  std::string_view example;  // the smallest valid `scheduling:` section
  std::unique_ptr<QueuePolicy> (*make)(Reader& scheduling);
};

std::span<const QueuePolicyEntry> queue_policies();

}  // namespace campaign_sim
