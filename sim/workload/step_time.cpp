#include "sim/workload/step_time.hpp"

#include <algorithm>

namespace campaign_sim {

namespace {

// Fitted, in the logarithm of MFU, to every other row of the tables of single-node runs that MosaicML
// published for MPT (125M to 70B parameters, sequences of 512 to 65,536, A100 40 GB, A100 80 GB, and H100 in
// bf16 and fp8): llm-foundry, scripts/train/benchmarking, at 061f2c7. What the other half and other sources
// say of them stands in docs/models.md; tests/validation/speed.py makes both again.
constexpr double bytes_per_product_flop = 0.0018;
constexpr double passes_over_activations = 9.5;
constexpr double bytes_per_fused_attention_flop = 0.013;

}  // namespace

StepTime modelled_step_time(const StepWork& work, const Device& device) {
  const FlopsPerSecond attention_peak =
      device.attention_peak > FlopsPerSecond{0} ? device.attention_peak : device.peak;
  const double per_attention_flop =
      work.fused_attention ? bytes_per_fused_attention_flop : bytes_per_product_flop;
  const Flops attention = work.attention_computed / work.attention_speed;
  const Seconds computing = work.products / device.peak + attention / attention_peak;
  const Bytes operands{work.products.base() * bytes_per_product_flop + attention.base() * per_attention_flop};
  const Seconds moving =
      (operands + passes_over_activations * work.activations + work.weights) / device.memory_bandwidth;
  const Seconds all = computing + moving;
  return {all, TimeShares{computing / all, moving / all, 0}};
}

StepTime step_time_at_efficiency(const StepWork& work, const Device& device, double efficiency) {
  const Seconds computing = work.flops() / (device.peak * efficiency);
  const Seconds moving = (2 * work.activations + work.weights) / device.memory_bandwidth;  // written and read
  return {std::max(computing, moving), std::nullopt};
}

Bytes weight_traffic(const RankParameters& parameters, double micro_batches, const TrainingSetup& setup) {
  const auto& [everywhere, experts] = parameters;
  const double read = 2 * (everywhere.all + experts.all) + everywhere.trained + experts.trained;
  const Bytes weights{micro_batches * read * setup.bytes_per_number()};
  return weights + 2 * state_memory({everywhere.trained, experts.trained}, setup);
}

}  // namespace campaign_sim
