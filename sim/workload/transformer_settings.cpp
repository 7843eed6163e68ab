#include "sim/workload/transformer_settings.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <functional>

#include "sim/workload/choice.hpp"

namespace campaign_sim {

namespace {

// Of two ways to say one thing, the one that the scenario uses; both is a mistake.
bool says(Reader& workload, const SettingReader& settings, std::string_view key, std::string_view other) {
  if (settings.has(key) && settings.has(other))
    workload.reject(
        workload.has(key) ? key : "",
        fmt::format("'{}' and '{}' say the same thing in two ways; give one of them", key, other));
  return settings.has(key);
}

// Two settings one of which must be shared evenly by the other.
struct Share {
  std::string_view key;  // what the mistake is reported under
  const Setting& whole;
  const Setting& parts;
  std::function<std::string(double whole, double parts)> mistake;
};

// Every pair of values that can occur must fit, unless constraints of the space decide what can occur.
void check_share(Reader& workload, const Space& space, const Share& share) {
  constexpr std::size_t most_values = 10000;
  const auto wholes = share.whole.values(most_values);
  const auto parts = share.parts.values(most_values);
  const bool either_is_searched = share.whole.is_searched() || share.parts.is_searched();
  if (!wholes || !parts || !workload.ok() || (either_is_searched && !space.constraints.empty())) return;
  for (const double whole : *wholes)
    for (const double part : *parts)
      if (part > 0 && std::fmod(whole, part) != 0)
        return workload.reject(workload.has(share.key) ? share.key : "", share.mistake(whole, part));
}

bool divides(double part, double whole) { return std::fmod(whole, part) == 0; }

}  // namespace

TransformerShape TransformerSettings::shape(const Configuration& c) const {
  TransformerShape s{architecture,     layers.in(c),         width.in(c), heads.in(c), 0,
                     vocabulary.in(c), sequence_length.in(c)};
  s.feed_forward = feed_forward.in(c) * (feed_forward_is_ratio ? s.width : 1);
  s.head_width = head_width.in(c);
  s.key_value_heads = key_value_heads.in(c);
  s.experts = experts.in(c);
  s.active_experts = active_experts.in(c);
  s.lora_rank = lora_rank.in(c);
  s.lora_everywhere = lora_everywhere;
  s.gated = gated;
  s.parallel_blocks = parallel_blocks;
  s.tied_embeddings = tied_embeddings;
  s.predicted = predicted;
  return s;
}

double TransformerSettings::batch_tokens(const Configuration& c) const {
  return batch.in(c) * (batch_is_sequences ? sequence_length.in(c) : 1);
}

void read_adapters(Reader& workload, SettingReader& settings, TransformerSettings& s) {
  constexpr std::array<std::string_view, 2> targets = {"attention", "all"};
  if (settings.has("lora_rank")) s.lora_rank = settings.whole("lora_rank", between(1, 1e5));
  if (!workload.has("lora_targets")) return;
  s.lora_everywhere = workload.one_of_or("lora_targets", targets[0], targets) == targets[1];
  if (!settings.has("lora_rank"))
    workload.reject(
        "lora_targets",
        "which matrices have adapters beside them means nothing without adapters; add 'lora_rank' "
        "or remove this");
}

TransformerSettings read_transformer(Reader& workload, SettingReader& settings, const Space& space) {
  constexpr std::array<std::string_view, 3> architectures = {"encoder", "decoder", "encoder_decoder"};
  constexpr Range count = {.low = 1, .high = 1e9};
  TransformerSettings s;
  s.architecture = read_choice(workload, "architecture", architectures, Architecture::decoder);
  s.layers = settings.whole("layers", between(1, 1e5));
  s.width = settings.whole("width", between(1, 1e7));
  s.heads = settings.whole("heads", between(1, 1e5));
  if (settings.has("head_width")) s.head_width = settings.whole("head_width", between(1, 1e5));
  if (settings.has("key_value_heads")) s.key_value_heads = settings.whole("key_value_heads", between(1, 1e5));
  s.feed_forward_is_ratio = !says(workload, settings, "feed_forward", "feed_forward_ratio");
  s.feed_forward = s.feed_forward_is_ratio ? settings.real("feed_forward_ratio", more_than(0), 4.0)
                                           : settings.whole("feed_forward", count);
  if (workload.has("gated")) s.gated = workload.flag_or("gated", false);
  if (workload.has("parallel_blocks")) s.parallel_blocks = workload.flag_or("parallel_blocks", false);
  if (s.parallel_blocks && s.architecture == Architecture::encoder_decoder)
    workload.reject(
        "parallel_blocks",
        "a decoder that reads an encoder has three blocks, one after the other; use an encoder or "
        "a decoder, or remove this");
  if (workload.has("tied_embeddings")) s.tied_embeddings = workload.flag_or("tied_embeddings", true);
  // An encoder is trained to fill in 15 % of its tokens (Devlin et al. 2019, section 3.1).
  const double usual = s.architecture == Architecture::encoder ? 0.15 : 1;
  s.predicted = workload.has("predicted_share") ? workload.number("predicted_share", between(0, 1)) : usual;
  if (settings.has("experts")) {
    s.experts = settings.whole("experts", between(1, 1e5));
    s.active_experts = settings.whole("active_experts", between(1, 1e5));
  }
  read_adapters(workload, settings, s);
  s.vocabulary = settings.whole("vocabulary", between(2, 1e9));
  s.sequence_length = settings.whole("sequence_length", count);
  s.batch_is_sequences = !says(workload, settings, "batch_tokens", "batch_size");
  s.batch = settings.whole(s.batch_is_sequences ? "batch_size" : "batch_tokens", between(1, 1e12));
  if (settings.has("learning_rate")) s.learning_rate = settings.real("learning_rate", more_than(0));
  if (!settings.has("head_width"))
    check_share(workload, space, {"heads", s.width, s.heads, [](double width, double heads) {
                                    return fmt::format(
                                        "{} heads cannot share a width of {} evenly (each head has width / "
                                        "heads dimensions); choose widths that are multiples of every number "
                                        "of heads, or give 'head_width'",
                                        heads, width);
                                  }});
  check_share(workload, space,
              {"key_value_heads", s.heads, s.key_value_heads, [](double heads, double groups) {
                 return fmt::format(
                     "{} heads cannot share {} heads of keys and values evenly; choose a number "
                     "that divides the heads",
                     heads, groups);
               }});
  if (workload.ok() && s.active_experts.highest() > s.experts.lowest())
    workload.reject(
        workload.has("active_experts") ? "active_experts" : "",
        fmt::format("a token cannot go through {} of {} experts; give at most as many as there are",
                    s.active_experts.highest(), s.experts.lowest()));
  return s;
}

bool can_be_built(const TransformerShape& s, const Layout& layout) {
  const bool heads_fit = s.head_width > 0 || divides(s.heads, s.width);
  return heads_fit && divides(layout.tensor, s.heads) && divides(layout.context, s.sequence_length) &&
         divides(layout.expert, s.experts) && layout.pipeline <= s.layers &&
         (s.key_value_heads == 0 || divides(s.key_value_heads, s.heads));
}

void check_shape(Reader& workload, const TransformerSettings& s, const Layout& layout, const Space& space) {
  if (!workload.ok()) return;
  if (layout.tensor > s.heads.highest())
    return workload.reject("parallel",
                           fmt::format("{} tensor ranks cannot share {} heads (a head is computed on one "
                                       "accelerator); give at most as many ranks as heads",
                                       layout.tensor, s.heads.highest()));
  check_share(
      workload, space,
      {"parallel", s.heads, Setting{static_cast<double>(layout.tensor)}, [](double heads, double ranks) {
         return fmt::format(
             "{} tensor ranks cannot share {} heads evenly; give a number that divides the "
             "heads",
             ranks, heads);
       }});
  check_share(workload, space,
              {"parallel", s.sequence_length, Setting{static_cast<double>(layout.context)},
               [](double tokens, double ranks) {
                 return fmt::format(
                     "{} context ranks cannot share a sequence of {} tokens evenly; give a number that "
                     "divides the sequence length",
                     ranks, tokens);
               }});
  if (layout.expert > 1 && s.experts.highest() <= 1)
    return workload.reject("parallel",
                           "there are no experts to be shared by ranks; add 'experts', or remove 'expert'");
  check_share(
      workload, space,
      {"parallel", s.experts, Setting{static_cast<double>(layout.expert)}, [](double experts, double ranks) {
         return fmt::format(
             "{} expert ranks cannot share {} experts evenly; give a number that divides the experts", ranks,
             experts);
       }});
  const double layers = space.constraints.empty() ? s.layers.lowest() : s.layers.highest();
  if (workload.ok() && layout.pipeline * layout.chunks > layers)
    workload.reject("parallel",
                    fmt::format("{} pipeline stages of {} chunks cannot share {} layers; give fewer "
                                "stages or chunks",
                                layout.pipeline, layout.chunks, layers));
}

}  // namespace campaign_sim
