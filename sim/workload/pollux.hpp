// The throughput model of Pollux (Qiao et al., "Pollux: Co-adaptive Cluster Scheduling for Goodput-Optimized
// Deep Learning", OSDI 2021, section 3.2): how long a step of data-parallel training takes on K accelerators
// of N nodes, with m samples at a time on each and s more micro-batches whose gradients add up before.
//
//   T_grad = alpha_grad + beta_grad · m
//   T_sync = 0 on one accelerator,
//            alpha_sync_local + beta_sync_local · (K − 2) in one node,
//            alpha_sync_node  + beta_sync_node  · (K − 2) over several
//   T      = s · T_grad + (T_grad^gamma + T_sync^gamma)^(1/gamma)
//
// gamma says how far exchanges hide beside computing: 1 not at all; 10, the most, nearly wholly.
#pragma once

#include <optional>
#include <string>

#include "sim/core/units.hpp"

namespace campaign_sim {

// From the least to the most that was timed; beyond it the law is a guess.
struct TimedRange {
  double least = 0;
  double most = 0;
};

// What exchanges cost where a gang has one kind of link. Known for so many accelerators.
struct PolluxSync {
  Seconds alpha{};
  Seconds beta{};  // an accelerator beyond two
  std::optional<TimedRange> accelerators;
};

struct PolluxConstants {
  std::string accelerator;  // empty: any
  Seconds alpha_grad{};
  Seconds beta_grad{};                              // a sample
  std::optional<PolluxSync> local, node;            // nothing: nobody timed it
  double gamma = 1;                                 // 1 … 10
  std::optional<TimedRange> batch_per_accelerator;  // that is known, of a micro-batch
};

// Of a gang on so many nodes. What it needs of `constants` must be there.
Seconds pollux_step_time(const PolluxConstants& constants, double nodes, double accelerators,
                         double batch_per_accelerator, double micro_batches = 1);

}  // namespace campaign_sim
