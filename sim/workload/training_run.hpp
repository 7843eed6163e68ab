// What every modelled training run has beside its network: memory, machines, how they share the work, what
// feeds them and what interrupts them; and the cost that comes of it.
#pragma once

#include <memory>
#include <optional>

#include "sim/workload/setting.hpp"
#include "sim/workload/step_time.hpp"
#include "sim/workload/throughput.hpp"

namespace campaign_sim {

// Samples come from shared storage and through the host's processors.
struct InputPipeline {
  Bytes bytes_per_sample{};
  std::optional<double> samples_per_second;  // that the trial's hosts can prepare; nothing: enough
};

// Training stands still for it.
struct Evaluation {
  double every = 0;             // units of resource
  std::optional<Seconds> time;  // of one; nothing: forward passes over so many samples
  double samples = 0;
};

struct TrainingRun {
  TrainingSetup setup;
  double micro_batches = 1;                      // in which a data rank takes its batch
  std::optional<double> efficiency;              // nothing: by the equation of step_time.hpp
  std::optional<Seconds> step_time;              // measured: wins over the model
  std::shared_ptr<const Throughput> throughput;  // measured: the same
  std::optional<Watts> power;
  Seconds start_up{};
  std::optional<Bytes> checkpoint;
  InputPipeline input;
  std::optional<Evaluation> evaluation;

  bool measured_alone = false;  // on one accelerator, with its share of the batch; exchanges come on top

  bool is_measured() const { return step_time || throughput; }
  bool exchanges_are_in_it() const { return is_measured() && !measured_alone; }
  // What was measured of a step of this batch, which a data rank takes in so many micro-batches.
  TimedStep timed_step(double batch, double of_rank) const {
    return measured_alone ? TimedStep{1, batch / setup.layout.data, of_rank}
                          : TimedStep{setup.layout.accelerators(), batch, of_rank};
  }
};

// `batch` is the setting that a table of throughput counts. Everything about machines is read here; what the
// network needs is not.
TrainingRun read_training_run(Reader& workload, const WorkloadProblem& problem, const Setting& batch);

// What one optimiser step of one configuration asks for.
struct TrainingStep {
  StepWork work;             // on one accelerator of the fullest stage
  double samples = 1;        // of the whole batch
  double batch = 1;          // as the setting counts it
  double units = 1;          // of resource
  double micro_batches = 1;  // of a data rank
  double parameters = 0;     // of the whole network
  double trained = 0;        // of them
  Bytes memory{};            // on one accelerator
  StepMessages messages;
};

// How long one step takes while nothing is waited for but the accelerator, and what it waits for.
// Nothing: a record of running out of memory.
std::optional<StepTime> time_of(const TrainingRun& run, const TrainingStep& step, const Device& device);

// Nothing if it does not fit in the device's memory.
std::optional<TrainingCost> cost_of(const TrainingRun& run, const TrainingStep& step, const Device& device);

// The same for a person: what fills memory, how long a step takes, and what bounds it.
std::vector<Fact> facts_of(const TrainingRun& run, const TrainingStep& step, const Device& device);

}  // namespace campaign_sim
