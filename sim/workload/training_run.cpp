#include "sim/workload/training_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace campaign_sim {

namespace {

// Samples that evaluations pass forwards, in steps of as many, for each unit of resource.
double evaluated_steps_per_unit(const TrainingRun& run, const TrainingStep& step) {
  if (!run.evaluation || run.evaluation->time) return 0;
  return run.evaluation->samples / step.samples / run.evaluation->every;
}

Seconds evaluation_per_unit(const TrainingRun& run, const TrainingStep& step, Seconds step_time) {
  if (run.evaluation && run.evaluation->time) return *run.evaluation->time / run.evaluation->every;
  return step_time * (evaluated_steps_per_unit(run, step) * step.messages.forward);
}

// Preparing samples happens beside training: only what takes longer than training is waited for.
StepTime with_input(const TrainingRun& run, const TrainingStep& step, StepTime time) {
  if (!run.input.samples_per_second) return time;
  const Seconds preparing{step.samples / *run.input.samples_per_second};
  if (preparing <= time.all) return time;
  const double busy = time.all / preparing;
  const TimeShares shares = time.waits_for.value_or(TimeShares{});
  return {preparing, TimeShares{shares.compute * busy, shares.memory * busy, 1 - busy}};
}

}  // namespace

std::optional<StepTime> time_of(const TrainingRun& run, const TrainingStep& step, const Device& device) {
  StepTime time;
  if (run.throughput) {
    const auto measured = run.throughput->step_time(run.timed_step(step.batch, step.micro_batches), device);
    const bool asks_what_it_took = std::isinf(device.memory.base());  // to find out that it does not fit
    if (!measured && !asks_what_it_took) return std::nullopt;
    time.all = measured ? *measured : modelled_step_time(step.work, device).all;
  } else if (run.step_time) {
    time.all = *run.step_time;
  } else {
    time = run.efficiency ? step_time_at_efficiency(step.work, device, *run.efficiency)
                          : modelled_step_time(step.work, device);
    time.all = time.all * pipeline_stretch(run.setup.layout, step.micro_batches);
  }
  return with_input(run, step, time);
}

std::optional<TrainingCost> cost_of(const TrainingRun& run, const TrainingStep& step, const Device& device) {
  const bool fits = run.throughput || step.memory <= device.memory;  // a record says itself what did not fit
  if (!fits) return std::nullopt;
  const auto time = time_of(run, step, device);
  if (!time) return std::nullopt;
  TrainingCost cost;
  cost.accelerators = run.setup.layout.accelerators();
  cost.start_up = run.start_up;
  cost.per_unit = time->all / step.units + evaluation_per_unit(run, step, time->all);
  cost.training.watts = run.power;
  cost.training.utilisation = std::min(1.0, step.work.flops() / (time->all * device.peak));
  cost.waits_for = time->waits_for;
  if (!run.exchanges_are_in_it()) {
    StepMessages messages = step.messages;
    messages.evaluated = evaluated_steps_per_unit(run, step) * step.units;
    cost.exchanges = exchanges_of(run.setup.layout, messages);
  }
  cost.input_per_unit = run.input.bytes_per_sample * (step.samples / step.units);
  cost.memory = std::min(step.memory, device.memory);
  cost.checkpoint = run.checkpoint.value_or(checkpoint_size(step.trained, run.setup));
  return cost;
}

namespace {

std::string parameters_of(const TrainingStep& step) {
  std::string words = fmt::format("{:.4g} M", step.parameters / 1e6);
  if (step.trained < step.parameters) words += fmt::format(", {:.4g} M of them trained", step.trained / 1e6);
  return words;
}

}  // namespace

std::vector<Fact> facts_of(const TrainingRun& run, const TrainingStep& step, const Device& device) {
  const int accelerators = run.setup.layout.accelerators();
  std::vector<Fact> facts = {
      {"parameters", parameters_of(step)},
      {"work",
       fmt::format("{:.4g} TFLOP a step on each of {}", step.work.flops().base() / 1e12, accelerators)},
      {"memory", fmt::format("{:.4g} of {:.4g} GB", step.memory.base() / 1e9, device.memory.base() / 1e9)}};
  const bool fits = run.throughput || step.memory <= device.memory;
  const auto time = fits ? time_of(run, step, device) : std::nullopt;
  if (!time) {
    facts.push_back({"step", "runs out of memory"});
    return facts;
  }
  std::string step_words = fmt::format("{:.4g} s", time->all.base());
  if (time->waits_for)
    step_words +=
        fmt::format(": {:.0f} % arithmetic, {:.0f} % memory, {:.0f} % input", 100 * time->waits_for->compute,
                    100 * time->waits_for->memory, 100 * time->waits_for->input);
  else
    step_words += run.is_measured() ? " (measured)" : " (at the given efficiency)";
  facts.push_back({"step", step_words});
  facts.push_back({"utilisation", fmt::format("{:.1f} % of the peak",
                                              100 * (step.work.flops() / (time->all * device.peak)))});
  return facts;
}

}  // namespace campaign_sim
