#include "sim/workload/layout.hpp"

namespace campaign_sim {

namespace {

using Pattern = Exchange::Pattern;

// The kernels that send run on the multiprocessors that compute: beside an exchange, computing was 18.9 %
// slower on average (Lee et al. 2025, arXiv 2507.03114: FSDP on A100, H100 and MI250). A share h of the
// arithmetic that is lost while an exchange goes on costs as much time as a share h of the exchange that
// nothing hides.
constexpr double lost_beside_exchange = 1 - 1 / 1.189;

// An exchange of every pass, over that of training alone: evaluations pass forwards, too.
double with_evaluations(const StepMessages& step, double passes) { return 1 + step.evaluated / passes; }

// One kind of exchange between data ranks. Layers' portions hide behind the computing of other layers;
// nothing is left to compute beside the first portions that a forward pass needs, or beside the last
// gradients.
void add_portions(std::vector<Exchange>& exchanges, const Layout& layout, const StepMessages& step,
                  Exchange kind, double share) {
  kind.per_unit *= step.steps_per_unit;
  const auto add = [&](Bytes bytes, double times, double overlap, int apart = 1) {
    Exchange exchange = kind;
    exchange.ranks = layout.copies() / apart;
    exchange.stride = layout.tensor * apart;
    if (bytes <= Bytes{} || times <= 0 || exchange.ranks == 1) return;
    exchange.bytes = bytes;
    exchange.per_unit *= times;
    exchange.overlap = overlap;
    exchanges.push_back(exchange);
  };
  if (share >= 1) add(step.outer, 1, 0);
  add(step.layer * share, 1, 0);
  add(step.layer * share, step.layers - 1, layout.overlap * (1 - lost_beside_exchange));
  // Each expert has a copy on one in so many ranks.
  add(step.experts * share, 1, 0, layout.expert);
  add(step.experts * share, step.layers - 1, layout.overlap * (1 - lost_beside_exchange), layout.expert);
}

// Only what is trained has gradients, and new values. Without sharding gradients are summed once a step,
// beside the last micro-batch's backward pass. Sharded states (Rajbhandari et al. 2020): each rank gets the
// sum of its share, and gives its new weights to the others beside the next forward pass; sharded gradients
// are summed for every micro-batch, since no rank can keep them; sharded weights are gathered for the forward
// and the backward pass of every micro-batch.
void add_data_parallel(std::vector<Exchange>& exchanges, const Layout& layout, const StepMessages& step) {
  if (layout.copies() == 1) return;
  const auto add = [&](Pattern pattern, double times, double window, double share) {
    add_portions(exchanges, layout, step, {.pattern = pattern, .per_unit = times, .window = window}, share);
  };
  const double trained = step.trained;
  const double once = 1 / step.micro_batches;
  const double backward = 1 - step.forward;
  if (step.zero_stage == 0) return add(Pattern::all_reduce, 1, backward * once, trained);
  if (step.zero_stage == 1)
    add(Pattern::reduce_scatter, 1, backward * once, trained);
  else
    add(Pattern::reduce_scatter, step.micro_batches, backward, trained);
  if (step.zero_stage < 3)
    add(Pattern::all_gather, 1, step.forward * once, trained);
  else
    add(Pattern::all_gather, 2 * step.micro_batches * with_evaluations(step, 2), 1, 1);
}

// Each rank has its part of a sequence, and attention needs the keys and values of all: they go round
// forwards, again backwards, and their gradients go round then too; beside the attention to those that are
// there already (Liu et al. 2023).
void add_context_parallel(std::vector<Exchange>& exchanges, const Layout& layout, const StepMessages& step) {
  if (layout.context == 1) return;
  constexpr double rounds = 3;
  exchanges.push_back({.pattern = Pattern::all_gather,
                       .ranks = layout.context,
                       .stride = layout.tensor,
                       .bytes = step.keys_and_values,
                       .per_unit = rounds * step.attentions * step.micro_batches * step.steps_per_unit *
                                   with_evaluations(step, rounds),
                       .overlap = layout.overlap * (1 - lost_beside_exchange),
                       .window = step.attention});
}

// Tokens go to the experts that the router chose for them, and back.
void add_expert_parallel(std::vector<Exchange>& exchanges, const Layout& layout, const StepMessages& step) {
  if (layout.expert == 1) return;
  exchanges.push_back(
      {Pattern::all_to_all, layout.expert, layout.tensor, step.routed,
       step.routings * step.micro_batches * step.steps_per_unit * with_evaluations(step, step.passes),
       layout.expert_overlap * (1 - lost_beside_exchange)});
}

// A layer needs the sum of the ranks' parts before the next one can begin: nothing hides it, unless software
// cuts products into pieces and exchanges one while it computes another (Wang et al. 2023).
void add_tensor_parallel(std::vector<Exchange>& exchanges, const Layout& layout, const StepMessages& step) {
  if (layout.tensor == 1) return;
  exchanges.push_back(
      {Pattern::all_reduce, layout.tensor, 1, step.activations,
       step.all_reduces * step.micro_batches * step.steps_per_unit * with_evaluations(step, step.passes),
       layout.tensor_overlap * (1 - lost_beside_exchange)});
}

// Activations forwards, their gradients backwards, for each micro-batch and chunk; every tensor rank sends
// its part.
void add_pipeline_parallel(std::vector<Exchange>& exchanges, const Layout& layout, const StepMessages& step) {
  if (layout.pipeline == 1) return;
  exchanges.push_back(
      {Pattern::send_to_next, layout.pipeline, layout.tensor * layout.copies(),
       step.activations / layout.tensor,
       2 * step.micro_batches * layout.chunks * step.steps_per_unit * with_evaluations(step, 2), 0});
}

}  // namespace

double pipeline_stretch(const Layout& layout, double micro_batches) {
  return 1 + (layout.pipeline - 1) / (layout.chunks * micro_batches);
}

std::vector<Exchange> exchanges_of(const Layout& layout, const StepMessages& step) {
  std::vector<Exchange> exchanges;
  add_data_parallel(exchanges, layout, step);
  add_context_parallel(exchanges, layout, step);
  add_expert_parallel(exchanges, layout, step);
  add_tensor_parallel(exchanges, layout, step);
  add_pipeline_parallel(exchanges, layout, step);
  return exchanges;
}

}  // namespace campaign_sim
