// What a transformer is made of: parameters and FLOPs that follow from its shape.
//
// Counted are attention with biases (grouped queries: fewer keys and values than queries), feed-forward
// blocks of two matrices or, gated, of three, mixtures of experts, and layer normalisation.
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
  double head_width = 0;         // 0: width / heads
  double key_value_heads = 0;    // 0: as many as heads
  double experts = 1;            // feed-forward blocks of a layer; more than one: a router chooses among them
  double active_experts = 1;     // that one token goes through
  bool gated = false;            // a third feed-forward matrix, as in LLaMA
  bool parallel_blocks = false;  // attention and feed-forward of a layer side by side, as in GPT-J and PaLM
  bool tied_embeddings = true;   // the output layer is the input embedding
  double predicted = 1;          // share of the tokens that the output layer is computed for
  double lora_rank = 0;          // of adapters, which alone are trained (Hu et al. 2021); 0: all is trained
  bool lora_everywhere = false;  // beside every matrix of a layer, not only those of attention
};

// Beside frozen weights.
inline bool has_adapters(const TransformerShape& shape) { return shape.lora_rank > 0; }

double attention_blocks(const TransformerShape& shape);
double feed_forward_blocks(const TransformerShape& shape);
// Blocks one after the other: each normalises its input, and is summed over tensor ranks.
double successive_blocks(const TransformerShape& shape);
// Width of one head's queries; of all heads together; and of the keys, and of the values.
double head_width(const TransformerShape& shape);
double attention_width(const TransformerShape& shape);
double key_value_width(const TransformerShape& shape);

// Parameters inside the layers, and outside them: embeddings, the output layer and what goes with them.
double layer_parameters(const TransformerShape& shape);
double outer_parameters(const TransformerShape& shape);
// Of those of the layers, what belongs to one expert or another, with its adapters.
double all_experts_parameters(const TransformerShape& shape);
// Those of the layers that are trained: all, or the adapters.
double trained_layer_parameters(const TransformerShape& shape);
// All parameters, adapters among them, and those that one token is multiplied with: a mixture's other
// experts, and embeddings that are looked up, are not.
double parameters(const TransformerShape& shape);
double active_parameters(const TransformerShape& shape);

// One forward and backward pass, per token (Kaplan et al. 2020, section 2.1; Chowdhery et al. 2022, appendix
// B; like them, the causal mask saves nothing). A frozen parameter has no gradient: 4 instead of 6. A token
// of an encoder-decoder is a source token together with a target token.
struct TokenFlops {
  Flops layers;     // 6 for each parameter in the layers that it is multiplied with
  Flops output;     // 6 for each parameter of the output layer
  Flops attention;  // 12 · width of all heads · sequence length for each attention block

  Flops all() const { return layers + output + attention; }
};
TokenFlops training_flops(const TransformerShape& shape);
inline Flops training_flops_per_token(const TransformerShape& shape) { return training_flops(shape).all(); }

}  // namespace campaign_sim
