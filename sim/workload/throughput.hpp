// Measured speed of training: how long a step takes, from what somebody timed. Exchanges between
// accelerators are in it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "sim/workload/registry.hpp"

namespace campaign_sim {

// The step that is asked for.
struct TimedStep {
  int accelerators = 1;      // together
  double batch = 1;          // of all of them
  double micro_batches = 1;  // in which each of them takes its share
};

class Throughput {
 public:
  virtual ~Throughput() = default;

  // Why it cannot say how long the step takes; empty if it can.
  virtual std::string gap(const TimedStep& step, const Device& device) const = 0;
  // There must be no gap. Nothing: it was recorded that memory runs out.
  virtual std::optional<Seconds> step_time(const TimedStep& step, const Device& device) const = 0;
};

// `throughput:` with `rows`, a `file` of them, or constants of `pollux`. Rejects what does not cover all of
// the steps that can occur on every device. Nothing after a mistake.
std::shared_ptr<const Throughput> read_throughput(Reader& workload, const WorkloadProblem& problem,
                                                  std::span<const TimedStep> steps);

}  // namespace campaign_sim
