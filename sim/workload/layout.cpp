#include "sim/workload/layout.hpp"

namespace campaign_sim {

namespace {

using Pattern = Exchange::Pattern;

// Gradients are sent as soon as a layer's are complete, while the layers before it still compute: all but the
// first layers' hide behind the backward pass. Assumed.
constexpr double gradient_overlap = 0.9;

// Without sharding gradients are summed once a step. Sharded states (Rajbhandari et al. 2020): each rank gets
// the sum of its share and gives its new weights to the others; sharded weights are gathered for the
// forward and the backward pass of every micro-batch.
void add_data_parallel(std::vector<Exchange>& exchanges, const Layout& layout, const StepMessages& step) {
  if (layout.data == 1) return;
  const auto add = [&](Pattern pattern, double times) {
    exchanges.push_back(
        {pattern, layout.data, layout.tensor, step.weights, times * step.steps_per_unit, gradient_overlap});
  };
  if (step.zero_stage == 0) return add(Pattern::all_reduce, 1);
  const bool weights_are_sharded = step.zero_stage == 3;
  add(Pattern::reduce_scatter, weights_are_sharded ? step.micro_batches : 1);
  add(Pattern::all_gather, weights_are_sharded ? 2 * step.micro_batches : 1);
}

// A layer needs the sum of the ranks' parts before the next one can begin: nothing hides it.
void add_tensor_parallel(std::vector<Exchange>& exchanges, const Layout& layout, const StepMessages& step) {
  if (layout.tensor == 1) return;
  exchanges.push_back({Pattern::all_reduce, layout.tensor, 1, step.activations,
                       step.all_reduces * step.micro_batches * step.steps_per_unit, 0});
}

// Activations forwards, their gradients backwards, for each micro-batch and chunk; every tensor rank sends
// its part.
void add_pipeline_parallel(std::vector<Exchange>& exchanges, const Layout& layout, const StepMessages& step) {
  if (layout.pipeline == 1) return;
  exchanges.push_back({Pattern::send_to_next, layout.pipeline, layout.tensor * layout.data,
                       step.activations / layout.tensor,
                       2 * step.micro_batches * layout.chunks * step.steps_per_unit, 0});
}

}  // namespace

double pipeline_stretch(const Layout& layout, double micro_batches) {
  return 1 + (layout.pipeline - 1) / (layout.chunks * micro_batches);
}

std::vector<Exchange> exchanges_of(const Layout& layout, const StepMessages& step) {
  std::vector<Exchange> exchanges;
  add_data_parallel(exchanges, layout, step);
  add_tensor_parallel(exchanges, layout, step);
  add_pipeline_parallel(exchanges, layout, step);
  return exchanges;
}

}  // namespace campaign_sim
