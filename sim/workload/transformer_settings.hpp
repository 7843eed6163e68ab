// The shape of a transformer and its batch, each number fixed or searched over.
#pragma once

#include <optional>

#include "sim/workload/architecture.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/registry.hpp"
#include "sim/workload/setting.hpp"

namespace campaign_sim {

struct TransformerSettings {
  Architecture architecture = Architecture::decoder;
  Setting layers, width, heads, feed_forward, vocabulary, sequence_length, batch;
  Setting head_width, key_value_heads, experts{1}, active_experts{1}, lora_rank;
  std::optional<Setting> learning_rate;
  bool lora_everywhere = false;
  bool gated = false;
  bool parallel_blocks = false;
  bool tied_embeddings = true;
  double predicted = 1;
  bool feed_forward_is_ratio = true;
  bool batch_is_sequences = true;

  TransformerShape shape(const Configuration& configuration) const;
  double batch_tokens(const Configuration& configuration) const;
};

TransformerSettings read_transformer(Reader& workload, SettingReader& settings, const Space& space);

// Whether the shape can be built, and shared by so many ranks.
bool can_be_built(const TransformerShape& shape, const Layout& layout);
// Rejects a layout or shape of which every configuration, or one that no constraint can exclude, cannot.
void check_shape(Reader& workload, const TransformerSettings& settings, const Layout& layout,
                 const Space& space);

}  // namespace campaign_sim
