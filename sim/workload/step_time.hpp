// How long an accelerator takes for one optimiser step: a roofline in which arithmetic and memory do not hide
// behind each other.
//
//   time = products · (1/peak + b/bandwidth) + attention · (1/peak + c/bandwidth) / speed of the kernel
//          + (g · activations + weights) / bandwidth
//
// A matrix product cannot keep its operands in registers: for each FLOP some bytes pass between the caches
// and memory (b). Activations are written and read several times by what stands between the products (g).
// Fused attention waits for exponentials and on-chip memory, which grew as bandwidth did and not as the peak
// (c). So narrow layers, small batches, many FLOP/s for each byte/s, and 8-bit peaks all lower the
// utilisation, without a constant for any of them.
#pragma once

#include <optional>

#include "sim/workload/footprint.hpp"

namespace campaign_sim {

// One optimiser step on one accelerator.
struct StepWork {
  Flops products{};            // matrix products and convolutions, with what is recomputed
  Flops attention{};           // between pairs of tokens, as FLOPs are counted (architecture.hpp)
  Flops attention_computed{};  // of these, what is computed: not what a mask hides, but what is done again
  bool fused_attention = true;
  double attention_speed = 1;  // against the kernel that the law was fitted to (attention_kernel.hpp)
  Bytes activations{};         // written
  Bytes weights{};             // read for each micro-batch, and updated

  Flops flops() const { return products + attention; }
};

struct StepTime {
  Seconds all{};
  // What it waits for; not known where the time is given and not worked out.
  std::optional<TimeShares> waits_for;
};

// By the equation above.
StepTime modelled_step_time(const StepWork& work, const Device& device);
// With a given share of the peak while nothing else limits it: a roofline (Williams et al. 2009).
StepTime step_time_at_efficiency(const StepWork& work, const Device& device, double efficiency);

// Traffic of weights and optimiser states in one step: three reads for each micro-batch (forward, and twice
// backward: towards inputs and, of those that are trained, towards weights), and one update of the states
// that the rank holds.
Bytes weight_traffic(const RankParameters& parameters, double micro_batches, const TrainingSetup& setup);

}  // namespace campaign_sim
