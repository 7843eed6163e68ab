// The keys of a modelled training run, the same for every kind of network.
#include <fmt/format.h>

#include <array>

#include "sim/core/limits.hpp"
#include "sim/workload/choice.hpp"
#include "sim/workload/training_run.hpp"

namespace campaign_sim {

namespace {

int read_ranks(Reader& parallel, std::string_view key, int fallback = 1) {
  return static_cast<int>(parallel.integer_or(key, fallback, between(1, most_accelerators)));
}

// `accelerators: 8`, all of them data ranks, or `parallel:`, in which whatever is left unsaid follows.
Layout read_layout(Reader& workload) {
  Layout layout;
  const bool says_accelerators = workload.has("accelerators");
  const int accelerators =
      static_cast<int>(workload.integer_or("accelerators", 1, between(1, most_accelerators)));
  if (!workload.has("parallel")) {
    layout.data = accelerators;
    return layout;
  }
  Reader parallel = workload.section("parallel");
  layout.tensor = read_ranks(parallel, "tensor");
  layout.pipeline = read_ranks(parallel, "pipeline");
  layout.context = read_ranks(parallel, "context");
  layout.chunks = read_ranks(parallel, "chunks");
  layout.sequence_parallel = parallel.flag_or("sequence_parallel", true);
  layout.overlap = parallel.number_or("overlap", 1, between(0, 1));
  layout.tensor_overlap = parallel.number_or("tensor_overlap", 0, between(0, 1));
  layout.expert = read_ranks(parallel, "expert");
  layout.expert_overlap = parallel.number_or("expert_overlap", 0, between(0, 1));
  const double model_ranks = static_cast<double>(layout.tensor) * layout.pipeline * layout.context;
  const std::string context = layout.context > 1 ? fmt::format(" × {} context", layout.context) : "";
  const bool says_data = parallel.has("data");
  const int rest = says_accelerators ? static_cast<int>(accelerators / model_ranks) : 1;
  layout.data = read_ranks(parallel, "data", std::max(rest, 1));
  if (!parallel.ok() || !workload.ok()) return {};
  const double all = model_ranks * layout.data;
  if (says_accelerators && all != accelerators)
    parallel.reject(
        "", says_data ? fmt::format("{} data × {} tensor × {} pipeline{} ranks are {:g} accelerators, and "
                                    "'accelerators' is {}; remove one of the two",
                                    layout.data, layout.tensor, layout.pipeline, context, all, accelerators)
                      : fmt::format("{} accelerators cannot be shared evenly by {} tensor × {} pipeline{} "
                                    "ranks; give a multiple of {:g}",
                                    accelerators, layout.tensor, layout.pipeline, context, model_ranks));
  else if (all > most_accelerators)
    parallel.reject("", fmt::format("{:g} accelerators are more than any cluster can have", all));
  if (parallel.ok() && layout.copies() % layout.expert != 0)
    parallel.reject(
        "expert", fmt::format("experts are shared by so many of the {} data (and context) ranks, and {} does "
                              "not divide them; give a number that does",
                              layout.copies(), layout.expert));
  if (layout.chunks > 1 && layout.pipeline == 1)
    parallel.reject("chunks",
                    "chunks divide the layers of a pipeline's stage, and there is one stage; add "
                    "'pipeline' or remove this");
  const auto must_share = [&](double overlap, std::string_view key, int ranks, std::string_view kind) {
    if (overlap > 0 && ranks == 1)
      parallel.reject(key, fmt::format("nothing to hide: one {0} rank exchanges with no other; add '{0}' or "
                                       "remove this",
                                       kind));
  };
  must_share(layout.tensor_overlap, "tensor_overlap", layout.tensor, "tensor");
  must_share(layout.expert_overlap, "expert_overlap", layout.expert, "expert");
  return parallel.ok() ? layout : Layout{};
}

TrainingSetup read_setup(Reader& workload) {
  constexpr std::array<std::string_view, 2> precisions = {"mixed", "fp32"};
  constexpr std::array<std::string_view, 3> optimisers = {"adam", "momentum", "sgd"};
  TrainingSetup setup;
  setup.precision = read_choice(workload, "precision", precisions, Precision::mixed);
  setup.optimiser = read_choice(workload, "optimiser", optimisers, Optimiser::adam);
  setup.zero_stage = static_cast<int>(workload.integer_or("zero_stage", 0, between(0, 3)));
  setup.layout = read_layout(workload);
  if (setup.zero_stage >= 2 && setup.layout.pipeline > 1)
    workload.reject("zero_stage",
                    "gradients of a pipeline's micro-batches add up on their stage, so only optimiser "
                    "states are sharded beside it; use zero_stage 1");
  return setup;
}

InputPipeline read_input(Reader input) {
  InputPipeline pipeline;
  pipeline.bytes_per_sample = input.quantity_or<Bytes>("bytes_per_sample", Bytes{0}, at_least(0));
  if (input.has("samples_per_second"))
    pipeline.samples_per_second = input.number("samples_per_second", more_than(0));
  return pipeline;
}

Evaluation read_evaluation(Reader evaluation) {
  Evaluation e;
  e.every = evaluation.number("every", more_than(0));
  if (evaluation.has("time") == evaluation.has("samples")) {
    evaluation.reject("",
                      "an evaluation takes a 'time', or goes over a number of 'samples'; give one of them");
    return e;
  }
  if (evaluation.has("time")) e.time = evaluation.quantity<Seconds>("time", at_least(0));
  if (evaluation.has("samples")) e.samples = evaluation.number("samples", at_least(0));
  return e;
}

// On the trial's accelerators together, or on one of them.
void read_what_was_measured(Reader& workload, TrainingRun& run) {
  constexpr std::array<std::string_view, 2> choices = {"trial", "accelerator"};
  if (!workload.has("measured_on")) return;
  run.measured_alone = workload.one_of_or("measured_on", choices[0], choices) == choices[1];
  const Layout& layout = run.setup.layout;
  if (!workload.has("step_time") && !workload.has("throughput"))
    workload.reject("measured_on",
                    "nothing is measured; give 'step_time' or 'throughput', or remove this key");
  else if (run.measured_alone && layout.accelerators() != layout.data)
    workload.reject("measured_on",
                    "one accelerator's step says nothing about a part of the network (of tensor ranks, "
                    "stages or a part of a sequence); use 'data' ranks only");
}

// Of three ways to know how long a step takes, at most one.
void read_speed(Reader& workload, const WorkloadProblem& problem, const Setting& batch, TrainingRun& run) {
  constexpr std::array<std::string_view, 3> ways = {"efficiency", "step_time", "throughput"};
  std::vector<std::string_view> given;
  for (const std::string_view way : ways)
    if (workload.has(way)) given.push_back(way);
  if (given.size() > 1)
    workload.reject(
        given[1], fmt::format("'{}' says how long a step takes, and so does '{}'; give one of them", given[1],
                              given[0]));
  if (workload.has("efficiency"))
    run.efficiency = workload.number("efficiency", {.low = 0, .high = 1, .low_open = true});
  if (workload.has("step_time")) run.step_time = workload.quantity<Seconds>("step_time", more_than(0));
  read_what_was_measured(workload, run);
  if (!workload.has("throughput")) return;
  if (workload.section("throughput").has("pollux")) {
    if (run.setup.layout.accelerators() != run.setup.layout.data)
      workload.reject("parallel", "pollux' law is of data ranks; use 'data' only, or record 'rows'");
    if (workload.has("micro_batch_tokens"))
      workload.reject("micro_batch_tokens",
                      "pollux' law is of samples on each accelerator; give 'micro_batches' instead");
  }
  const TimedStep extremes[] = {run.timed_step(batch.lowest(), run.micro_batches),
                                run.timed_step(batch.highest(), run.micro_batches)};
  run.throughput = read_throughput(workload, problem, extremes);
}

}  // namespace

TrainingRun read_training_run(Reader& workload, const WorkloadProblem& problem, const Setting& batch) {
  TrainingRun run;
  run.setup = read_setup(workload);
  if (workload.has("micro_batches"))
    run.micro_batches = static_cast<double>(workload.integer("micro_batches", between(1, 1e6)));
  read_speed(workload, problem, batch, run);
  if (workload.has("power")) run.power = workload.quantity<Watts>("power", more_than(0));
  if (workload.has("checkpoint")) run.checkpoint = workload.quantity<Bytes>("checkpoint", at_least(0));
  // Containers, data and compilation: tens of seconds to minutes in practice. Assumed.
  run.start_up = workload.quantity_or<Seconds>("start_up", Seconds{30}, at_least(0));
  if (workload.has("input")) run.input = read_input(workload.section("input"));
  if (workload.has("evaluate")) run.evaluation = read_evaluation(workload.section("evaluate"));
  return run;
}

}  // namespace campaign_sim
