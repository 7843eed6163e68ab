#include "sim/workload/architecture.hpp"

namespace campaign_sim {

namespace {

double normalisation_parameters(double width) { return 2 * width; }

// Queries and output, keys and values; biases.
double attention_parameters(const TransformerShape& s) {
  const double wide = attention_width(s);
  const double narrow = key_value_width(s);
  return 2 * s.width * wide + 2 * s.width * narrow + wide + s.width + 2 * narrow;
}

double expert_parameters(const TransformerShape& s) {
  const double inwards = s.gated ? 2 : 1;  // matrices from the width to the inner width
  return (inwards + 1) * s.width * s.feed_forward + inwards * s.feed_forward + s.width;
}

// A matrix from `in` to `out` has beside it one from `in` to the rank and one from there to `out`.
double attention_adapters(const TransformerShape& s) {
  return s.lora_rank * (4 * s.width + 2 * attention_width(s) + 2 * key_value_width(s));
}

double expert_adapters(const TransformerShape& s) {
  const double matrices = s.gated ? 3 : 2;
  return s.lora_everywhere ? s.lora_rank * matrices * (s.width + s.feed_forward) : 0;
}

double adapter_parameters(const TransformerShape& s, double experts) {
  return attention_blocks(s) * attention_adapters(s) + feed_forward_blocks(s) * experts * expert_adapters(s);
}

// A feed-forward block with so many of its experts.
double feed_forward_parameters(const TransformerShape& s, double experts) {
  const double router = s.experts > 1 ? s.width * s.experts : 0;
  return experts * expert_parameters(s) + router;
}

double layer_parameters(const TransformerShape& s, double experts) {
  return attention_blocks(s) * attention_parameters(s) +
         feed_forward_blocks(s) * feed_forward_parameters(s, experts) +
         successive_blocks(s) * normalisation_parameters(s.width) + adapter_parameters(s, experts);
}

double output_parameters(const TransformerShape& s) { return s.vocabulary * s.width; }

}  // namespace

double attention_blocks(const TransformerShape& s) {
  return s.architecture == Architecture::encoder_decoder ? 3 * s.layers : s.layers;
}

double feed_forward_blocks(const TransformerShape& s) {
  return s.architecture == Architecture::encoder_decoder ? 2 * s.layers : s.layers;
}

double successive_blocks(const TransformerShape& s) {
  return s.parallel_blocks ? s.layers : attention_blocks(s) + feed_forward_blocks(s);
}

double head_width(const TransformerShape& s) { return s.head_width > 0 ? s.head_width : s.width / s.heads; }

double attention_width(const TransformerShape& s) {
  return s.head_width > 0 ? s.head_width * s.heads : s.width;
}

double key_value_width(const TransformerShape& s) {
  return s.key_value_heads > 0 ? head_width(s) * s.key_value_heads : attention_width(s);
}

double layer_parameters(const TransformerShape& s) { return layer_parameters(s, s.experts); }

double all_experts_parameters(const TransformerShape& s) {
  return feed_forward_blocks(s) * s.experts * (expert_parameters(s) + expert_adapters(s));
}

double trained_layer_parameters(const TransformerShape& s) {
  return has_adapters(s) ? adapter_parameters(s, s.experts) : layer_parameters(s);
}

double outer_parameters(const TransformerShape& s) {
  const double tokens = s.vocabulary * s.width + (s.tied_embeddings ? 0 : output_parameters(s));
  switch (s.architecture) {
    case Architecture::encoder: {
      const double pooler = s.width * s.width + s.width;
      return tokens + (s.sequence_length + 2) * s.width + normalisation_parameters(s.width) + pooler;
    }
    case Architecture::decoder:
      return tokens + s.sequence_length * s.width + normalisation_parameters(s.width);
    case Architecture::encoder_decoder:
      break;  // positions are sines: no parameters
  }
  return tokens;
}

double parameters(const TransformerShape& s) { return layer_parameters(s) + outer_parameters(s); }

double active_parameters(const TransformerShape& s) {
  return layer_parameters(s, s.active_experts) + output_parameters(s);
}

TokenFlops training_flops(const TransformerShape& s) {
  // Forwards, towards the inputs, and, where it is trained, towards the weights: 2 each.
  const bool frozen = has_adapters(s);
  const double each = frozen ? 4 : 6;
  const double of_adapters = frozen ? 2 * adapter_parameters(s, s.active_experts) : 0;
  return {Flops{each * layer_parameters(s, s.active_experts) + of_adapters},
          Flops{each * s.predicted * output_parameters(s)},
          Flops{12 * attention_blocks(s) * attention_width(s) * s.sequence_length}};
}

}  // namespace campaign_sim
