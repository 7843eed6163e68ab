#include "sim/workload/architecture.hpp"

namespace campaign_sim {

namespace {

double attention_parameters(double width) {
  return 4 * width * width + 4 * width;
}  // Q, K, V, output; biases
double normalisation_parameters(double width) { return 2 * width; }
double feed_forward_parameters(double width, double inner) { return 2 * width * inner + inner + width; }

double attention_blocks(const TransformerShape& s) {
  return s.architecture == Architecture::encoder_decoder ? 3 * s.layers : s.layers;
}
double feed_forward_blocks(const TransformerShape& s) {
  return s.architecture == Architecture::encoder_decoder ? 2 * s.layers : s.layers;
}

// Parameters inside the layers: each block has a layer normalisation of its own.
double layer_parameters(const TransformerShape& s) {
  return attention_blocks(s) * (attention_parameters(s.width) + normalisation_parameters(s.width)) +
         feed_forward_blocks(s) *
             (feed_forward_parameters(s.width, s.feed_forward) + normalisation_parameters(s.width));
}

// Bytes of weights, gradients, and optimiser states with the master copy, per parameter.
struct StateBytes {
  double weights;
  double gradients;
  double optimiser;
};
StateBytes state_bytes(const TrainingSetup& setup) {
  const double moments = setup.optimiser == Optimiser::adam       ? 8
                         : setup.optimiser == Optimiser::momentum ? 4
                                                                  : 0;
  if (setup.precision == Precision::mixed) return {2, 2, 4 + moments};
  return {4, 4, moments};
}

double bytes_per_number(const TrainingSetup& setup) { return setup.precision == Precision::mixed ? 2 : 4; }

}  // namespace

double parameters(const TransformerShape& s) {
  const double tokens = s.vocabulary * s.width;
  switch (s.architecture) {
    case Architecture::encoder: {
      const double embeddings =
          tokens + (s.sequence_length + 2) * s.width + normalisation_parameters(s.width);
      const double pooler = s.width * s.width + s.width;
      return embeddings + layer_parameters(s) + pooler;
    }
    case Architecture::decoder:
      return tokens + s.sequence_length * s.width + layer_parameters(s) + normalisation_parameters(s.width);
    case Architecture::encoder_decoder:
      break;  // positions are sines: no parameters
  }
  return tokens + layer_parameters(s);
}

Flops training_flops_per_token(const TransformerShape& s) {
  // The tied embedding is multiplied with once, at the output.
  const double multiplied = layer_parameters(s) + s.vocabulary * s.width;
  return Flops{6 * multiplied + 12 * attention_blocks(s) * s.width * s.sequence_length};
}

Bytes state_memory(double parameters, const TrainingSetup& setup) {
  StateBytes bytes = state_bytes(setup);
  if (setup.zero_stage >= 1) bytes.optimiser /= setup.accelerators;
  if (setup.zero_stage >= 2) bytes.gradients /= setup.accelerators;
  if (setup.zero_stage >= 3) bytes.weights /= setup.accelerators;
  return Bytes{parameters * (bytes.weights + bytes.gradients + bytes.optimiser)};
}

Bytes activation_memory(const TransformerShape& s, double tokens, const TrainingSetup& setup) {
  // Bytes per token in 16-bit numbers with 1-byte dropout masks. For a feed-forward width of 4 h the sum of
  // one layer is the published 34 h + 5 a s.
  const double attention = 11 * s.width + 2 * s.width;  // its layer normalisation included
  const double attention_inside = setup.recompute == Recompute::none ? 5 * s.heads * s.sequence_length : 0;
  const double feed_forward = 3 * s.width + 4 * s.feed_forward + 2 * s.width;
  double per_token =
      attention_blocks(s) * (attention + attention_inside) + feed_forward_blocks(s) * feed_forward;
  if (setup.recompute == Recompute::full)
    per_token = 2 * s.width * (s.architecture == Architecture::encoder_decoder ? 2 * s.layers : s.layers);
  const double scale = bytes_per_number(setup) / 2;
  const double logits = 4 * (s.width + s.vocabulary);  // in 32 bits: Korthikanti et al. 2022, section 4.3
  return Bytes{tokens * (scale * per_token + logits)};
}

Bytes checkpoint_size(double parameters, const TrainingSetup& setup) {
  const StateBytes bytes = state_bytes(setup);
  return Bytes{parameters * (bytes.weights + bytes.optimiser)};
}

Bytes memory_traffic(const TransformerShape& s, double tokens, const TrainingSetup& setup) {
  const double count = parameters(s);
  const double reads_of_weights = 3;  // forward, and twice backward: towards inputs and towards weights
  const Bytes weights{reads_of_weights * count * bytes_per_number(setup)};
  const Bytes update = 2 * state_memory(count, setup);  // states are read and written once
  return weights + update + 2 * activation_memory(s, tokens, setup);
}

}  // namespace campaign_sim
