// A transformer: cost from its architecture, quality from a scaling law or an architecture landscape.
//
// Time of a step = max(FLOPs / (accelerators · peak · efficiency), memory traffic / bandwidth), a roofline
// (Williams et al. 2009); or `step_time`, a measured value, which wins. Every number that describes the
// architecture or the training may stand in `workload:` or be searched over in `space:`.
//
// Not modelled: gradient exchange between accelerators, tensor and pipeline parallelism, padding, input
// pipelines that cannot keep up. See docs/models.md.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/config/reader.hpp"
#include "sim/workload/architecture.hpp"
#include "sim/workload/draw.hpp"
#include "sim/workload/quality.hpp"
#include "sim/workload/scaling_law.hpp"
#include "sim/workload/setting.hpp"

namespace campaign_sim {

namespace {

// Settings of the architecture and of its training, fixed or searched over.
struct Settings {
  Architecture architecture = Architecture::decoder;
  Setting layers, width, heads, feed_forward, vocabulary, sequence_length, batch;
  std::optional<Setting> learning_rate;
  bool feed_forward_is_ratio = true;
  bool batch_is_sequences = true;

  TransformerShape shape(const Configuration& c) const {
    TransformerShape s{architecture,     layers.in(c),         width.in(c), heads.in(c), 0,
                       vocabulary.in(c), sequence_length.in(c)};
    s.feed_forward = feed_forward.in(c) * (feed_forward_is_ratio ? s.width : 1);
    return s;
  }
  double batch_tokens(const Configuration& c) const {
    return batch.in(c) * (batch_is_sequences ? sequence_length.in(c) : 1);
  }
};

// What one unit of resource is, in optimiser steps or in tokens.
struct UnitOfWork {
  std::optional<double> tokens;  // nothing: a unit is a step, whose tokens are the batch

  double tokens_of(double batch_tokens) const { return tokens.value_or(batch_tokens); }
};

struct Machine {
  TrainingSetup setup;
  double efficiency = usual_utilisation;
  std::optional<double> micro_batch;  // tokens on one accelerator at a time
  std::optional<Seconds> step_time;   // measured: wins over the model
  std::optional<Watts> power;
  Seconds start_up{};
  std::optional<Bytes> checkpoint;
};

class Transformer final : public Workload {
 public:
  Transformer(Settings settings, UnitOfWork unit, Machine machine, LearningParameters learning,
              std::unique_ptr<Quality> quality, Resource max_resource, std::uint64_t seed)
      : settings_{std::move(settings)},
        unit_{unit},
        machine_{machine},
        learning_{learning},
        quality_{std::move(quality)},
        max_resource_{max_resource},
        seed_{seed} {}

  std::optional<TrainingCost> cost(const Configuration& configuration, const Device& device) const override {
    const TransformerShape shape = settings_.shape(configuration);
    if (std::fmod(shape.width, shape.heads) != 0) return std::nullopt;  // cannot be built
    const double count = parameters(shape);
    const double batch = settings_.batch_tokens(configuration);
    const double share = batch / machine_.setup.accelerators;  // of one accelerator
    const double micro_batch = std::min(share, machine_.micro_batch.value_or(share));
    const Bytes memory =
        state_memory(count, machine_.setup) + activation_memory(shape, micro_batch, machine_.setup);
    if (memory > device.memory) return std::nullopt;

    const Flops work = share * training_flops_per_token(shape);
    const Seconds step = machine_.step_time.value_or(modelled_step_time(shape, work, share, device));
    TrainingCost cost;
    cost.accelerators = machine_.setup.accelerators;
    cost.start_up = machine_.start_up;
    cost.per_unit = step * (unit_.tokens_of(batch) / batch);
    cost.training.watts = machine_.power;
    cost.training.utilisation = std::min(1.0, executed(work) / (step * device.peak));
    cost.memory = memory;
    cost.checkpoint = machine_.checkpoint.value_or(checkpoint_size(count, machine_.setup));
    return cost;
  }

  double metric(const Configuration& configuration, Resource resource) const override {
    if (quality_) return quality_->metric(configuration, resource);
    const TransformerShape shape = settings_.shape(configuration);
    Training training;
    training.parameters = parameters(shape);
    training.batch_tokens = settings_.batch_tokens(configuration);
    training.tokens = max_resource_ * unit_.tokens_of(training.batch_tokens);
    training.flops = training.tokens * training_flops_per_token(shape).base();
    training.vocabulary = shape.vocabulary;
    if (settings_.learning_rate) training.learning_rate = settings_.learning_rate->in(configuration);
    return training_loss(learning_, training, resource / max_resource_, seed_, digest(configuration));
  }

  std::string_view metric_basis() const override {
    return quality_ ? quality_->basis()
                    : "a published scaling law, with assumed curvature, divergence and noise";
  }

 private:
  Seconds modelled_step_time(const TransformerShape& shape, Flops work, double share,
                             const Device& device) const {
    const Seconds computing = executed(work) / (device.peak * machine_.efficiency);
    const Seconds moving = memory_traffic(shape, share, machine_.setup) / device.memory_bandwidth;
    return std::max(computing, moving);
  }

  // Recomputing whole layers is a second forward pass: a third more work than forward and backward.
  Flops executed(Flops work) const {
    return machine_.setup.recompute == Recompute::full ? work * (4.0 / 3) : work;
  }

  Settings settings_;
  UnitOfWork unit_;
  Machine machine_;
  LearningParameters learning_;
  std::unique_ptr<Quality> quality_;  // nothing: the scaling law
  Resource max_resource_;
  std::uint64_t seed_;
};

// One of the names, in the order of the enum's values.
template <class Enum, std::size_t n>
Enum read_enum(Reader& workload, std::string_view key, const std::array<std::string_view, n>& names,
               Enum fallback) {
  const std::string name = workload.one_of_or(key, names[static_cast<std::size_t>(fallback)], names);
  const auto found = std::ranges::find(names, name);
  return static_cast<Enum>(found == names.end() ? 0 : found - names.begin());
}

// Of two ways to say one thing, the one that the scenario uses; both is a mistake.
bool says(Reader& workload, const SettingReader& settings, std::string_view key, std::string_view other) {
  if (settings.has(key) && settings.has(other))
    workload.reject(
        workload.has(key) ? key : "",
        fmt::format("'{}' and '{}' say the same thing in two ways; give one of them", key, other));
  return settings.has(key);
}

// Heads share the width evenly: every width that can occur must be a multiple of every number of heads,
// unless constraints of the space decide what can occur.
void check_heads(Reader& workload, const Settings& s, const Space& space) {
  constexpr std::size_t most_values = 10000;
  const auto widths = s.width.values(most_values);
  const auto heads = s.heads.values(most_values);
  const bool either_is_searched = s.width.is_searched() || s.heads.is_searched();
  if (!widths || !heads || !workload.ok() || (either_is_searched && !space.constraints.empty())) return;
  for (const double width : *widths)
    for (const double h : *heads)
      if (std::fmod(width, h) != 0) {
        workload.reject(workload.has("heads") ? "heads" : "",
                        fmt::format("{} heads cannot share a width of {} evenly (each head has width / heads "
                                    "dimensions); choose widths that are multiples of every number of heads",
                                    h, width));
        return;
      }
}

Settings read_settings(Reader& workload, SettingReader& settings, const Space& space) {
  constexpr std::array<std::string_view, 3> architectures = {"encoder", "decoder", "encoder_decoder"};
  constexpr Range count = {.low = 1, .high = 1e9};
  Settings s;
  s.architecture = read_enum(workload, "architecture", architectures, Architecture::decoder);
  s.layers = settings.whole("layers", between(1, 1e5));
  s.width = settings.whole("width", between(1, 1e7));
  s.heads = settings.whole("heads", between(1, 1e5));
  s.feed_forward_is_ratio = !says(workload, settings, "feed_forward", "feed_forward_ratio");
  s.feed_forward = s.feed_forward_is_ratio ? settings.real("feed_forward_ratio", more_than(0), 4.0)
                                           : settings.whole("feed_forward", count);
  s.vocabulary = settings.whole("vocabulary", between(2, 1e9));
  s.sequence_length = settings.whole("sequence_length", count);
  s.batch_is_sequences = !says(workload, settings, "batch_tokens", "batch_size");
  s.batch = settings.whole(s.batch_is_sequences ? "batch_size" : "batch_tokens", between(1, 1e12));
  if (settings.has("learning_rate")) s.learning_rate = settings.real("learning_rate", more_than(0));
  check_heads(workload, s, space);
  return s;
}

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

Machine read_machine(Reader& workload) {
  constexpr std::array<std::string_view, 2> precisions = {"mixed", "fp32"};
  constexpr std::array<std::string_view, 3> optimisers = {"adam", "momentum", "sgd"};
  constexpr std::array<std::string_view, 3> recomputes = {"none", "selective", "full"};
  Machine m;
  m.setup.precision = read_enum(workload, "precision", precisions, Precision::mixed);
  m.setup.optimiser = read_enum(workload, "optimiser", optimisers, Optimiser::adam);
  m.setup.recompute = read_enum(workload, "recompute", recomputes, Recompute::none);
  m.setup.zero_stage = static_cast<int>(workload.integer_or("zero_stage", 0, between(0, 3)));
  m.setup.accelerators = static_cast<int>(workload.integer_or("accelerators", 1, between(1, 1e6)));
  m.efficiency = workload.number_or("efficiency", usual_utilisation, {.low = 0, .high = 1, .low_open = true});
  if (workload.has("micro_batch_tokens")) m.micro_batch = workload.number("micro_batch_tokens", more_than(0));
  if (workload.has("step_time")) m.step_time = workload.quantity<Seconds>("step_time", more_than(0));
  if (workload.has("power")) m.power = workload.quantity<Watts>("power", more_than(0));
  if (workload.has("checkpoint")) m.checkpoint = workload.quantity<Bytes>("checkpoint", at_least(0));
  // Containers, data and compilation: tens of seconds to minutes in practice. Assumed.
  m.start_up = workload.quantity_or<Seconds>("start_up", Seconds{30}, at_least(0));
  return m;
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
  Settings settings = read_settings(workload, reader, problem.space);
  const UnitOfWork unit = read_unit(workload, problem);
  const Machine machine = read_machine(workload);
  Reader quality = workload.chosen_section("quality", "kind", kinds[0]);
  LearningParameters learning;
  std::unique_ptr<Quality> landscape;
  if (quality.one_of("kind", kinds) == "landscape") {
    landscape = make_landscape(quality, problem, reader.unclaimed());
  } else {
    learning = read_learning(quality);
    check_unclaimed(workload, problem, reader.unclaimed());
  }
  return std::make_unique<Transformer>(std::move(settings), unit, machine, learning, std::move(landscape),
                                       problem.max_resource, problem.seed);
}

}  // namespace campaign_sim
