#include "sim/workload/footprint.hpp"

#include <algorithm>
#include <cmath>

namespace campaign_sim {

namespace {

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

TransformerShape without_adapters(TransformerShape shape) {
  shape.lora_rank = 0;
  return shape;
}

// What goes into a matrix is kept for the gradient of its weights: not where they are frozen and have no
// adapters beside them, as those of feed-forward blocks may.
void leave_out_unneeded(ActivationBytes& bytes, const TransformerShape& s, const TrainingSetup& setup) {
  if (!has_adapters(s) || s.lora_everywhere) return;
  const double inputs = feed_forward_blocks(s) * setup.bytes_per_number();
  bytes.between -= inputs * s.width;
  bytes.shared -= inputs * s.feed_forward * s.active_experts;
}

// What is kept of the layers, per token and rank: with recomputation less than what is written.
double kept_bytes(const TransformerShape& s, const TrainingSetup& setup) {
  ActivationBytes bytes = activation_bytes(s, setup);
  if (setup.recompute == Recompute::full) {
    const double layers = s.architecture == Architecture::encoder_decoder ? 2 * s.layers : s.layers;
    const double inputs = layers * s.width * setup.bytes_per_number();
    return setup.layout.sequence_parallel ? inputs / setup.layout.tensor : inputs;
  }
  if (setup.recompute == Recompute::selective) bytes.attention = 0;
  leave_out_unneeded(bytes, s, setup);
  return bytes.per_rank(setup.layout);
}

}  // namespace

double stage_layers(const TransformerShape& s, const Layout& layout) {
  return std::ceil(s.layers / layout.pipeline);
}

RankParameters rank_parameters(const TransformerShape& s, const Layout& layout) {
  const double part = stage_layers(s, layout) / s.layers / layout.tensor;
  const double outer = outer_parameters(s) / layout.tensor;
  const double trained = part * trained_layer_parameters(s);
  Parameters all{part * layer_parameters(s) + outer, has_adapters(s) ? trained : trained + outer};
  if (layout.expert == 1) return all;
  Parameters experts{part * all_experts_parameters(s)};
  if (has_adapters(s)) experts.trained -= part * all_experts_parameters(without_adapters(s));
  all.all -= experts.all;
  all.trained -= experts.trained;
  experts.all /= layout.expert;
  experts.trained /= layout.expert;
  return {all, experts};
}

namespace {

// On one of so many copies, which share what the stage says.
Bytes states(const Parameters& parameters, const TrainingSetup& setup, double copies) {
  StateBytes bytes = state_bytes(setup);
  if (setup.zero_stage >= 1) bytes.optimiser /= copies;
  if (setup.zero_stage >= 2) bytes.gradients /= copies;
  if (setup.zero_stage >= 3) bytes.weights /= copies;
  return Bytes{parameters.all * bytes.weights + parameters.trained * (bytes.gradients + bytes.optimiser)};
}

}  // namespace

Bytes state_memory(const RankParameters& parameters, const TrainingSetup& setup) {
  return states(parameters.everywhere, setup, setup.layout.copies()) +
         states(parameters.experts, setup, setup.layout.expert_copies());
}

double ActivationBytes::per_rank(const Layout& layout) const {
  const double outside = layout.sequence_parallel ? between / layout.tensor : between;
  return (shared + attention) / layout.tensor + outside;
}

ActivationBytes activation_bytes(const TransformerShape& s, const TrainingSetup& setup) {
  // Bytes per token in 16-bit numbers with 1-byte dropout masks; per layer of feed-forward width 4 h the
  // published 24 h shared, 10 h between blocks, and 5 a s inside attention.
  const double queries_and_output = 4 * attention_width(s);
  const double keys_and_values = 4 * key_value_width(s);
  const double inner = (s.gated ? 6 : 4) * s.feed_forward * s.active_experts;
  const double around_a_block = 5 * s.width;  // its input, its normalisation's, the mask of its dropout
  const double attentions = attention_blocks(s);
  const double feed_forwards = feed_forward_blocks(s);
  const double scale = setup.bytes_per_number() / 2;
  const bool writes_pairs = setup.attention == Attention::plain;
  return {scale * (attentions * (queries_and_output + keys_and_values) + feed_forwards * inner),
          scale * successive_blocks(s) * around_a_block,
          writes_pairs ? scale * attentions * 5 * s.heads * s.sequence_length : 0,
          4 * s.predicted * (s.width + s.vocabulary)};
}

Bytes activation_memory(const TransformerShape& s, double tokens, double micro_batches,
                        const TrainingSetup& setup) {
  const Layout& layout = setup.layout;
  const double stages = layout.pipeline;
  const double stage = kept_bytes(s, setup) * stage_layers(s, layout) / s.layers;
  const double output = activation_bytes(s, setup).output / layout.tensor;
  if (stages == 1) return Bytes{tokens * (stage + output)};
  // Korthikanti et al. 2022, section 4.2.3: with chunks the first stage holds a little more.
  const double held =
      std::min(stages + (layout.chunks > 1 ? (stages - 1) / layout.chunks : 0), micro_batches);
  return Bytes{tokens * std::max(stage * held, stage + output)};
}

Bytes checkpoint_size(double trained, const TrainingSetup& setup) {
  const StateBytes bytes = state_bytes(setup);
  return Bytes{trained * (bytes.weights + bytes.optimiser)};
}

}  // namespace campaign_sim
