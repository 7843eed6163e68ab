// Any network, known by its size and its work for one sample: convolutional, recurrent, or something else.
// What of it a sample needs is given or searched over; machines and time are those of training_run.hpp.
#include <fmt/format.h>

#include <cmath>

#include "sim/config/reader.hpp"
#include "sim/workload/quality.hpp"
#include "sim/workload/training_run.hpp"

namespace campaign_sim {

namespace {

struct NetworkSettings {
  Setting parameters, flops_per_sample, activation_bytes_per_sample, batch;
  std::optional<double> samples_per_unit;  // nothing: a unit is a step
};

class NeuralNetwork final : public Workload {
 public:
  NeuralNetwork(NetworkSettings settings, TrainingRun run, std::unique_ptr<Quality> quality)
      : settings_{std::move(settings)}, run_{std::move(run)}, quality_{std::move(quality)} {}

  std::optional<TrainingCost> cost(const Configuration& configuration, const Device& device) const override {
    return cost_of(run_, step(configuration), device);
  }

  std::vector<Fact> explain(const Configuration& configuration, const Device& device) const override {
    return facts_of(run_, step(configuration), device);
  }

  double metric(const Configuration& configuration, Resource resource) const override {
    return quality_->metric(configuration, resource);
  }

  std::string_view metric_basis() const override { return quality_->basis(); }

 private:
  TrainingStep step(const Configuration& configuration) const {
    constexpr double passes = 3;           // forward, and two parts backward
    constexpr double bucket_bytes = 25e6;  // in which gradients are sent: PyTorch's DistributedDataParallel
    TrainingStep step;
    step.parameters = step.trained = settings_.parameters.in(configuration);
    step.batch = step.samples = settings_.batch.in(configuration);
    step.units = step.samples / settings_.samples_per_unit.value_or(step.samples);
    step.micro_batches = run_.micro_batches;
    const double share = step.samples / run_.setup.layout.data;
    const Bytes activations{share * settings_.activation_bytes_per_sample.in(configuration)};
    step.work.products = Flops{passes * share * settings_.flops_per_sample.in(configuration)};
    step.work.activations = activations;
    step.work.weights = weight_traffic(step.parameters, step.micro_batches, run_.setup);
    step.memory = state_memory(step.parameters, run_.setup) + activations / step.micro_batches;
    step.messages.layers = std::ceil(step.parameters * run_.setup.bytes_per_number() / bucket_bytes);
    step.messages.layer = Bytes{step.parameters * run_.setup.bytes_per_number() / step.messages.layers};
    step.messages.forward = forward_share(run_.setup);
    step.messages.micro_batches = step.micro_batches;
    step.messages.zero_stage = run_.setup.zero_stage;
    step.messages.steps_per_unit = 1 / step.units;
    return step;
  }

  NetworkSettings settings_;
  TrainingRun run_;
  std::unique_ptr<Quality> quality_;
};

NetworkSettings read_network(Reader& workload, SettingReader& settings, const WorkloadProblem& problem) {
  NetworkSettings s;
  s.parameters = settings.real("parameters", more_than(0));
  s.batch = settings.whole("batch_size", between(1, 1e12));
  // With measured speeds nothing else needs them.
  const bool is_measured = workload.has("step_time") || workload.has("throughput");
  const auto fallback = is_measured ? std::optional{0.0} : std::nullopt;
  s.flops_per_sample = settings.real("flops_per_sample", is_measured ? at_least(0) : more_than(0), fallback);
  s.activation_bytes_per_sample = settings.real("activation_bytes_per_sample", at_least(0), fallback);
  if (problem.resource_unit == "sample") s.samples_per_unit = 1;
  if (problem.resource_unit == "step" || problem.resource_unit == "sample") return s;
  if (workload.has("samples_per_unit")) {
    s.samples_per_unit = workload.number("samples_per_unit", more_than(0));
  } else {
    workload.reject("",
                    fmt::format("how much training one {0} is, is not said (resource is counted in {0}s); "
                                "add 'samples_per_unit', the samples in one {0}",
                                problem.resource_unit));
  }
  return s;
}

}  // namespace

std::unique_ptr<Workload> make_neural_network(Reader& workload, const WorkloadProblem& problem) {
  SettingReader reader{workload, problem.space};
  NetworkSettings settings = read_network(workload, reader, problem);
  TrainingRun run = read_training_run(workload, problem, settings.batch);
  const Layout& layout = run.setup.layout;
  if (layout.tensor > 1 || layout.pipeline > 1 || layout.context > 1 || layout.expert > 1)
    workload.reject("parallel",
                    "how a network of unknown layers would be cut is not known; use 'data' ranks only");
  auto quality = read_free_quality(workload, problem, reader.unclaimed());
  return std::make_unique<NeuralNetwork>(std::move(settings), std::move(run), std::move(quality));
}

}  // namespace campaign_sim
