// What a transformer is made of: parameters, FLOPs and memory that follow from its shape.
//
// Counted is the plain architecture: full multi-head attention with biases, a two-matrix feed-forward
// block, layer normalisation, tied input and output embeddings. Not counted: mixtures of experts, gated
// feed-forward blocks, grouped queries. Memory and FLOPs are those of training with data parallelism.
#pragma once

#include <cstdint>

#include "sim/core/units.hpp"

namespace campaign_sim {

enum class Architecture : std::uint8_t {
  encoder,          // BERT: learned positions, two segment embeddings, a pooler
  decoder,          // GPT: learned positions, a last layer normalisation
  encoder_decoder,  // Vaswani et al. 2017: as many decoder as encoder layers, one embedding for both
};

struct TransformerShape {
  Architecture architecture = Architecture::decoder;
  double layers = 0;  // of the encoder and of the decoder, where there are both
  double width = 0;
  double heads = 0;
  double feed_forward = 0;
  double vocabulary = 0;
  double sequence_length = 0;
};

// All trained parameters.
double parameters(const TransformerShape& shape);

// One forward and backward pass, per token: 6 FLOPs for each parameter that is multiplied with (not for
// embeddings that are looked up), and 12 · width · sequence length for each attention block (Kaplan et al.
// 2020, section 2.1; Chowdhery et al. 2022, appendix B; like them, the causal mask saves nothing). A token
// of an encoder-decoder is a source token together with a target token.
Flops training_flops_per_token(const TransformerShape& shape);

enum class Precision : std::uint8_t { mixed, fp32 };  // mixed: 16-bit with a 32-bit master copy
enum class Optimiser : std::uint8_t { adam, momentum, sgd };
// What is recomputed in the backward pass instead of kept (Korthikanti et al. 2022): nothing, the inside
// of attention, or whole layers.
enum class Recompute : std::uint8_t { none, selective, full };

struct TrainingSetup {
  Precision precision = Precision::mixed;
  Optimiser optimiser = Optimiser::adam;
  Recompute recompute = Recompute::none;
  int zero_stage = 0;    // Rajbhandari et al. 2020: 1 shards optimiser states, 2 gradients too, 3 weights too
  int accelerators = 1;  // data-parallel
};

// Weights, gradients and optimiser states on one accelerator (Rajbhandari et al. 2020, section 3.1: 16 bytes
// per parameter for mixed precision with Adam).
Bytes state_memory(double parameters, const TrainingSetup& setup);

// Activations kept for the backward pass of so many tokens on one accelerator (Korthikanti et al. 2022,
// equations 1, 2 and 6 for the feed-forward width they assume, generalised to others), logits included.
Bytes activation_memory(const TransformerShape& shape, double tokens, const TrainingSetup& setup);

// Weights and optimiser states, once: 14 bytes per parameter for mixed precision with Adam.
Bytes checkpoint_size(double parameters, const TrainingSetup& setup);

// Traffic between an accelerator and its memory for one optimiser step on so many tokens.
Bytes memory_traffic(const TransformerShape& shape, double tokens, const TrainingSetup& setup);

}  // namespace campaign_sim
