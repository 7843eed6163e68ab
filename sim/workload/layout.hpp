// How one training run is spread over accelerators, and what they exchange because of it.
//
// Ranks are numbered as Megatron numbers them: tensor ranks are neighbours, then come context ranks, then
// data ranks, and pipeline stages are farthest apart.
#pragma once

#include <vector>

#include "sim/workload/workload.hpp"

namespace campaign_sim {

struct Layout {
  int data = 1;      // copies of the model, each with its share of the batch
  int context = 1;   // that share each sequence (Liu et al. 2023), with a copy of the model each
  int expert = 1;    // of those copies, that share the experts of each layer (Lepikhin et al. 2021)
  int tensor = 1;    // that share each layer (Shoeybi et al. 2019)
  int pipeline = 1;  // stages, each with its share of the layers (Narayanan et al. 2021)
  int chunks = 1;    // of layers on a stage, visited in turn: a smaller bubble (interleaved schedule)
  bool sequence_parallel =
      true;  // tensor ranks also share what lies between the layers (Korthikanti et al. 2022)

  // Shares of what could hide behind computing that the software lets hide: of data ranks; of tensor ranks,
  // whose sums hide only beside products that are cut into pieces; and of expert ranks' tokens, which only
  // another micro-batch's computing can hide.
  double overlap = 1;
  double tensor_overlap = 0;
  double expert_overlap = 0;

  int copies() const { return data * context; }  // of each weight, but those of experts
  int expert_copies() const { return copies() / expert; }
  int accelerators() const { return copies() * tensor * pipeline; }
};

// Time of a step over the time for which one stage has work: a pipeline fills and empties (Narayanan et al.
// 2021, section 2.2: a bubble of (p - 1) / (chunks · micro-batches)).
double pipeline_stretch(const Layout& layout, double micro_batches);

// What one optimiser step exchanges. Weights, and gradients like them, pass in portions: a layer at a time.
struct StepMessages {
  Bytes layer{};             // a layer's weights, as numbers are sent, of one tensor rank
  double layers = 1;         // of one stage
  Bytes outer{};             // weights outside the layers: a portion of their own
  Bytes experts{};           // those of a layer on one rank, where they are shared out
  double trained = 1;        // share of a layer's weights; below 1 those outside the layers are not
  double forward = 1.0 / 3;  // share of a step's computing; the backward pass is the rest
  Bytes activations{};       // one micro-batch between two layers, on all its tensor ranks together
  double micro_batches = 1;  // of one data rank
  double all_reduces = 0;    // of activations between tensor ranks, per micro-batch and rank
  Bytes keys_and_values{};  // of one micro-batch in one layer, of one tensor rank, all context ranks together
  double attentions = 0;    // blocks of one stage
  Bytes routed{};           // tokens of one micro-batch for the experts of one layer, of one rank
  double routings = 0;      // of a stage and micro-batch: there and back, forwards and backwards
  double attention = 0;     // share of a step's computing that is attention between pairs of tokens
  double passes = 2;        // through the layers: forwards, forwards again to recompute, backwards
  double evaluated = 0;     // samples that evaluations pass forwards, for each that is trained
  int zero_stage = 0;
  double steps_per_unit = 1;  // of resource
};
std::vector<Exchange> exchanges_of(const Layout& layout, const StepMessages& step);

}  // namespace campaign_sim
