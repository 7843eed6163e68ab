// A transformer: cost from its architecture, quality from a scaling law or an architecture landscape.
//
// The time of a step is that of step_time.hpp, or measured, which wins. Every number that describes the
// architecture or the training may stand in `workload:` or be searched over in `space:`.
//
// Not modelled: padding, experts that get more tokens than others, tokens that a full expert drops. See
// docs/models.md.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/config/reader.hpp"
#include "sim/workload/choice.hpp"
#include "sim/workload/quality.hpp"
#include "sim/workload/scaling_law.hpp"
#include "sim/workload/training_run.hpp"
#include "sim/workload/transformer_settings.hpp"

namespace campaign_sim {

namespace {

// What one unit of resource is, in optimiser steps or in tokens.
struct UnitOfWork {
  std::optional<double> tokens;  // nothing: a unit is a step, whose tokens are the batch

  double tokens_of(double batch_tokens) const { return tokens.value_or(batch_tokens); }
};

class Transformer final : public Workload {
 public:
  struct Parts {
    TransformerSettings settings;
    UnitOfWork unit;
    TrainingRun run;
    std::optional<double> micro_batch;  // tokens of one data rank at a time
    LearningParameters learning;
    std::unique_ptr<Quality> quality;  // nothing: the scaling law
  };
  Transformer(Parts parts, Resource max_resource, std::uint64_t seed)
      : parts_{std::move(parts)}, max_resource_{max_resource}, seed_{seed} {}

  std::optional<TrainingCost> cost(const Configuration& configuration, const Device& device) const override {
    const TransformerShape shape = parts_.settings.shape(configuration);
    if (!can_be_built(shape, parts_.run.setup.layout)) return std::nullopt;
    return cost_of(parts_.run, step(configuration, shape), device);
  }

  std::vector<Fact> explain(const Configuration& configuration, const Device& device) const override {
    const TransformerShape shape = parts_.settings.shape(configuration);
    if (!can_be_built(shape, parts_.run.setup.layout)) return {{"shape", "cannot be built"}};
    return facts_of(parts_.run, step(configuration, shape), device);
  }

  double metric(const Configuration& configuration, Resource resource) const override {
    if (parts_.quality) return parts_.quality->metric(configuration, resource);
    const TransformerShape shape = parts_.settings.shape(configuration);
    Training training;
    training.parameters = parameters(shape);
    training.batch_tokens = parts_.settings.batch_tokens(configuration);
    training.tokens = max_resource_ * parts_.unit.tokens_of(training.batch_tokens);
    training.flops = training.tokens * training_flops_per_token(shape).base();
    training.vocabulary = shape.vocabulary;
    if (parts_.settings.learning_rate)
      training.learning_rate = parts_.settings.learning_rate->in(configuration);
    return training_loss(parts_.learning, training, resource / max_resource_, seed_, digest(configuration));
  }

  std::string_view metric_basis() const override {
    return parts_.quality ? parts_.quality->basis()
                          : "a published scaling law, with assumed curvature, divergence and noise";
  }

 private:
  TrainingStep step(const Configuration& configuration, const TransformerShape& shape) const {
    const TrainingSetup& setup = parts_.run.setup;
    const double batch = parts_.settings.batch_tokens(configuration);
    const double share = batch / setup.layout.data;  // of one data rank
    const double most = parts_.micro_batch.value_or(share / parts_.run.micro_batches);
    TrainingStep step;
    step.micro_batches = std::max(1.0, std::ceil(share / most));
    const double micro_batch = share / step.micro_batches;
    const RankParameters on_rank = rank_parameters(shape, setup.layout);
    const double tokens = share / setup.layout.context;
    step.work = work_of(shape, tokens, setup);
    step.work.weights = weight_traffic(on_rank, step.micro_batches, setup);
    step.samples = batch / shape.sequence_length;
    step.batch = parts_.settings.batch.in(configuration);
    step.units = batch / parts_.unit.tokens_of(batch);
    step.parameters = parameters(shape);
    step.trained = has_adapters(shape) ? trained_layer_parameters(shape) : step.parameters;
    step.memory = state_memory(on_rank, setup) +
                  activation_memory(shape, micro_batch / setup.layout.context, step.micro_batches, setup);
    step.messages = messages_of(shape, micro_batch, setup);
    const Flops attention = step.work.attention_computed / step.work.attention_speed;
    step.messages.attention = attention / (step.work.products + attention);
    step.messages.micro_batches = step.micro_batches;
    step.messages.steps_per_unit = 1 / step.units;
    return step;
  }

  // Fused attention computes one product in seven again (Dao et al. 2022: five backwards instead of four),
  // and skips the half of the pairs that a causal mask hides.
  static double fused_share(Architecture architecture) {
    constexpr double again = 7.0 / 6;
    if (architecture == Architecture::decoder) return again / 2;
    return architecture == Architecture::encoder ? again : again * 5 / 6;  // one attention in three is causal
  }

  // The last stage has the output layer besides its layers: it is the slowest.
  static StepWork work_of(const TransformerShape& shape, double tokens, const TrainingSetup& setup) {
    const TokenFlops flops = training_flops(shape);
    const ActivationBytes bytes = activation_bytes(shape, setup);
    // A second forward pass is a third more than forward and backward.
    const double again = setup.recompute == Recompute::full ? 4.0 / 3 : 1;
    const double attention_again = setup.recompute == Recompute::none ? 1 : 4.0 / 3;
    const bool fused = setup.attention != Attention::plain;
    const double on_rank = tokens * stage_layers(shape, setup.layout) / shape.layers / setup.layout.tensor;
    const double output = tokens / setup.layout.tensor;
    ActivationBytes written = bytes;
    written.shared *= again;
    written.between *= again;
    written.attention *= attention_again;
    StepWork work;
    work.products = on_rank * again * flops.layers + output * flops.output;
    work.attention = on_rank * (fused ? again : attention_again) * flops.attention;
    work.attention_computed = work.attention * (fused ? fused_share(shape.architecture) : 1);
    work.fused_attention = fused;
    work.attention_speed =
        speed_against_flash_attention_2(setup.attention, head_width(shape), shape.sequence_length,
                                        setup.recompute == Recompute::full ? 2 : 1);
    work.activations =
        Bytes{on_rank * setup.layout.tensor * written.per_rank(setup.layout) + output * bytes.output};
    return work;
  }

  // Each block sums its ranks' parts once forwards and once backwards; blocks side by side do it together.
  static StepMessages messages_of(const TransformerShape& shape, double micro_batch,
                                  const TrainingSetup& setup) {
    const double blocks = successive_blocks(shape) * stage_layers(shape, setup.layout) / shape.layers;
    StepMessages messages;
    const double numbers = setup.bytes_per_number() / setup.layout.tensor;
    const double experts = setup.layout.expert > 1 ? all_experts_parameters(shape) : 0;
    messages.layer = Bytes{numbers * (layer_parameters(shape) - experts) / shape.layers};
    messages.experts = Bytes{numbers * experts / shape.layers / setup.layout.expert};
    // Each token goes to its experts; tensor ranks have a part of it each.
    const double tokens = micro_batch / setup.layout.context / setup.layout.tensor;
    messages.routed = Bytes{tokens * shape.active_experts * shape.width * setup.bytes_per_number()};
    messages.routings = feed_forward_blocks(shape) * stage_layers(shape, setup.layout) / shape.layers *
                        (setup.recompute == Recompute::full ? 6 : 4);
    messages.layers = stage_layers(shape, setup.layout);
    messages.outer = Bytes{numbers * outer_parameters(shape)};
    messages.forward = forward_share(setup, has_adapters(shape));
    messages.trained = trained_layer_parameters(shape) / layer_parameters(shape);
    messages.activations = Bytes{micro_batch / setup.layout.context * shape.width * setup.bytes_per_number()};
    messages.keys_and_values = Bytes{micro_batch * 2 * key_value_width(shape) * numbers};
    messages.attentions = attention_blocks(shape) * stage_layers(shape, setup.layout) / shape.layers;
    messages.passes = setup.recompute == Recompute::full ? 3 : 2;
    messages.all_reduces = blocks * messages.passes;
    messages.zero_stage = setup.zero_stage;
    return messages;
  }

  Parts parts_;
  Resource max_resource_;
  std::uint64_t seed_;
};

UnitOfWork read_unit(Reader& workload, const WorkloadProblem& problem) {
  if (problem.resource_unit == "token") return {1.0};
  if (problem.resource_unit == "step") return {};
  if (workload.has("tokens_per_unit")) return {workload.number("tokens_per_unit", more_than(0))};
  workload.reject("",
                  fmt::format("how much training one {0} is, is not said (resource is counted in {0}s); add "
                              "'tokens_per_unit', the tokens in one {0}",
                              problem.resource_unit));
  return {1.0};
}

// What a transformer keeps and recomputes, and in which portions its batch passes.
void read_activations(Reader& workload, const WorkloadProblem& problem, TrainingRun& run,
                      std::optional<double>& micro_batch) {
  constexpr std::array<std::string_view, 3> recomputes = {"none", "selective", "full"};
  run.setup.recompute = read_choice(workload, "recompute", recomputes, Recompute::none);
  run.setup.attention = read_choice(workload, "attention", attention_names, Attention::fused);
  if (const auto unknown = unknown_speed(run.setup.attention, problem.devices))
    workload.reject("attention", *unknown);
  if (workload.has("micro_batch_tokens")) micro_batch = workload.number("micro_batch_tokens", more_than(0));
  if (micro_batch && workload.has("micro_batches"))
    workload.reject(
        "micro_batch_tokens",
        "'micro_batches' and 'micro_batch_tokens' say the same thing in two ways; give one of them");
  if (run.setup.layout.pipeline > 1 && !micro_batch && !workload.has("micro_batches"))
    workload.reject(
        "parallel",
        "a pipeline works on one micro-batch while it waits for another; say into how many a data "
        "rank's batch is cut: 'micro_batches'");
}

LearningParameters read_learning(Reader& quality) {
  constexpr std::array<std::string_view, 2> fits = {"hoffmann2022", "besiroglu2024"};
  LearningParameters p;
  p.fit = quality.one_of_or("fit", fits[0], fits) == fits[1] ? besiroglu_2024 : hoffmann_2022;
  if (quality.has("best_learning_rate"))
    p.best_learning_rate = quality.number("best_learning_rate", more_than(0));
  p.curvature = quality.number_or("curvature", p.curvature, at_least(0));
  p.divergence = quality.number_or("divergence", p.divergence, more_than(1));
  p.luck = quality.number_or("luck", p.luck, at_least(0));
  p.noise = quality.number_or("noise", p.noise, at_least(0));
  return p;
}

// A parameter that changes neither cost nor quality would make a search look cheap or hopeless by accident,
// so the scenario must say that it is meant.
void check_unclaimed(Reader& workload, const WorkloadProblem& problem,
                     const std::vector<std::size_t>& unclaimed) {
  const std::vector<std::string> meant =
      workload.has("no_effect") ? workload.texts("no_effect") : std::vector<std::string>{};
  for (const std::size_t index : unclaimed) {
    const std::string& name = problem.space.parameters[index].name;
    if (std::ranges::find(meant, name) == meant.end())
      workload.reject(
          "",
          fmt::format("the transformer does not know '{0}' of the space (it would change neither cost nor "
                      "quality); remove it, or declare `no_effect: [{0}]`",
                      name));
  }
}

}  // namespace

std::unique_ptr<Workload> make_transformer(Reader& workload, const WorkloadProblem& problem) {
  constexpr std::array<std::string_view, 2> kinds = {"scaling_law", "landscape"};
  SettingReader reader{workload, problem.space};
  Transformer::Parts parts;
  parts.settings = read_transformer(workload, reader, problem.space);
  parts.unit = read_unit(workload, problem);
  parts.run = read_training_run(workload, problem, parts.settings.batch);
  read_activations(workload, problem, parts.run, parts.micro_batch);
  check_shape(workload, parts.settings, parts.run.setup.layout, problem.space);
  Reader quality = workload.chosen_section("quality", "kind", kinds[0]);
  if (quality.one_of("kind", kinds) == "landscape") {
    parts.quality = make_landscape(quality, problem, reader.unclaimed());
  } else {
    parts.learning = read_learning(quality);
    check_unclaimed(workload, problem, reader.unclaimed());
  }
  return std::make_unique<Transformer>(std::move(parts), problem.max_resource, problem.seed);
}

}  // namespace campaign_sim
