// What training holds in an accelerator's memory: weights, gradients, optimiser states, and activations.
#pragma once

#include <cstdint>

#include "sim/workload/architecture.hpp"
#include "sim/workload/attention_kernel.hpp"
#include "sim/workload/layout.hpp"

namespace campaign_sim {

enum class Precision : std::uint8_t { mixed, fp32 };  // mixed: 16-bit with a 32-bit master copy
enum class Optimiser : std::uint8_t { adam, momentum, sgd };
// What is recomputed in the backward pass instead of kept (Korthikanti et al. 2022): nothing, the inside
// of attention, or whole layers.
enum class Recompute : std::uint8_t { none, selective, full };

struct TrainingSetup {
  Precision precision = Precision::mixed;
  Optimiser optimiser = Optimiser::adam;
  Recompute recompute = Recompute::none;
  Attention attention = Attention::fused;
  int zero_stage = 0;  // Rajbhandari et al. 2020: 1 shards optimiser states, 2 gradients too, 3 weights too
  Layout layout{};

  double bytes_per_number() const { return precision == Precision::mixed ? 2 : 4; }
};

// Of a step's work. Forward and backward pass are one and two parts, one where weights are frozen;
// recomputing whole layers adds a part.
inline double forward_share(const TrainingSetup& setup, bool frozen = false) {
  return 1.0 / (2 + (frozen ? 0 : 1) + (setup.recompute == Recompute::full ? 1 : 0));
}

// Parameters that an accelerator holds, and those of them that are trained.
struct Parameters {
  Parameters(double all_trained) : all{all_trained}, trained{all_trained} {}
  Parameters(double all_held, double of_them_trained) : all{all_held}, trained{of_them_trained} {}
  double all;
  double trained;
};

struct RankParameters {
  RankParameters(Parameters all) : everywhere{all}, experts{0} {}
  RankParameters(double all_trained) : RankParameters{Parameters{all_trained}} {}
  RankParameters(Parameters of_all, Parameters of_experts) : everywhere{of_all}, experts{of_experts} {}
  Parameters everywhere;  // the same on all copies of the model
  Parameters experts;     // of those that are shared out among copies; none if they are not
};
// Of the first stage, which has the embeddings.
RankParameters rank_parameters(const TransformerShape& shape, const Layout& layout);
// Layers of the stage that has most of them.
double stage_layers(const TransformerShape& shape, const Layout& layout);

// Weights, gradients and optimiser states of so many parameters on one accelerator (Rajbhandari et al. 2020,
// section 3.1: 16 bytes per parameter for mixed precision with Adam), sharded over the copies of the model.
Bytes state_memory(const RankParameters& parameters, const TrainingSetup& setup);

// Bytes of activations that the forward pass writes for one token, all layers and ranks together: what is
// kept without recomputation (Korthikanti et al. 2022, equation 1 for the feed-forward width they assume,
// generalised to others), and the part of it inside plain attention, heads · sequence length numbers.
struct ActivationBytes {
  double shared;     // between tensor ranks, whatever the layout
  double between;    // blocks: shared if the layout is sequence-parallel
  double attention;  // the inside of plain attention
  double output;     // logits, in 32 bits: section 4.3

  double per_rank(const Layout& layout) const;  // without the output layer
};
ActivationBytes activation_bytes(const TransformerShape& shape, const TrainingSetup& setup);

// Activations kept for the backward pass on the fullest accelerator, for micro-batches of so many tokens, of
// which the first stage holds as many at once as there are stages.
Bytes activation_memory(const TransformerShape& shape, double tokens, double micro_batches,
                        const TrainingSetup& setup);

// Weights and optimiser states of what is trained, once: 14 bytes per parameter for mixed precision with
// Adam.
Bytes checkpoint_size(double trained, const TrainingSetup& setup);

}  // namespace campaign_sim
