#include "sim/workload/footprint.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace campaign_sim;

namespace {

constexpr TransformerShape gpt2{Architecture::decoder, 12, 768, 12, 3072, 50257, 1024};

}  // namespace

TEST_CASE("mixed precision with Adam holds 16 bytes a parameter, and ZeRO shards them") {
  TrainingSetup setup{.layout = {.data = 64}};
  // Rajbhandari et al. 2020, figure 1: 7.5 G parameters on 64 accelerators.
  CHECK(state_memory(7.5e9, setup).base() == 120e9);
  setup.zero_stage = 1;
  CHECK(state_memory(7.5e9, setup).base() == Approx(31.4e9).epsilon(0.002));
  setup.zero_stage = 2;
  CHECK(state_memory(7.5e9, setup).base() == Approx(16.6e9).epsilon(0.003));
  setup.zero_stage = 3;
  CHECK(state_memory(7.5e9, setup).base() == Approx(1.9e9).epsilon(0.02));
  CHECK(state_memory(1, {.precision = Precision::fp32}).base() == 16);
  CHECK(state_memory(1, {.optimiser = Optimiser::momentum}).base() == 12);
  CHECK(state_memory(1, {.precision = Precision::fp32, .optimiser = Optimiser::sgd}).base() == 8);
}

TEST_CASE("a checkpoint of BLOOM has the size that was published") {
  // 2.3 TB (2^40 bytes) for 176 G parameters with Adam's states: S. Bekman's engineering notes.
  CHECK(checkpoint_size(176.2e9, {}).base() == Approx(2.3 * 1.0995e12).epsilon(0.03));
}

TEST_CASE("activations of a layer are 34 h + 5 a s bytes a token") {
  // Korthikanti et al. 2022, equation 1, and 2 h with full recomputation.
  TransformerShape one = gpt2;
  TransformerShape two = gpt2;
  two.layers = 13;
  const auto of_a_layer = [&](Recompute recompute, Precision precision = Precision::mixed,
                              Attention attention = Attention::plain) {
    const TrainingSetup setup{.precision = precision, .recompute = recompute, .attention = attention};
    return (activation_memory(two, 10, 1, setup) - activation_memory(one, 10, 1, setup)).base() / 10;
  };
  CHECK(of_a_layer(Recompute::none) == Approx(34.0 * 768 + 5 * 12 * 1024));
  CHECK(of_a_layer(Recompute::selective) == Approx(34.0 * 768));
  CHECK(of_a_layer(Recompute::full) == Approx(2.0 * 768));
  CHECK(of_a_layer(Recompute::full, Precision::fp32) == Approx(4.0 * 768));
  CHECK(of_a_layer(Recompute::none, Precision::mixed, Attention::fused) == Approx(34.0 * 768));
}

TEST_CASE("tensor ranks share activations as published, with and without what lies between the layers") {
  // Korthikanti et al. 2022, equations 2 and 4: 10 + 24/t + 5as/(ht), and (34 + 5as/h)/t, times h.
  TrainingSetup setup{.attention = Attention::plain, .layout = {.tensor = 4, .sequence_parallel = false}};
  const auto of_a_layer = [&] { return activation_bytes(gpt2, setup).per_rank(setup.layout) / 12; };
  const double pairs = 5.0 * 12 * 1024;
  CHECK(of_a_layer() == Approx(10.0 * 768 + 24.0 * 768 / 4 + pairs / 4));
  setup.layout.sequence_parallel = true;
  CHECK(of_a_layer() == Approx((34.0 * 768 + pairs) / 4));
}

TEST_CASE("a pipeline's first stage holds as many micro-batches as there are stages") {
  TrainingSetup setup{.layout = {.pipeline = 4}};
  const double layers = activation_bytes(gpt2, setup).per_rank(setup.layout);
  const double output = activation_bytes(gpt2, setup).output;
  CHECK(activation_memory(gpt2, 1, 8, setup).base() == Approx(std::max(layers, layers / 4 + output)));
  CHECK(activation_memory(gpt2, 1, 1, setup).base() == Approx(layers / 4 + output));
  // Twelve layers in five stages: the fullest has three.
  CHECK(stage_layers(gpt2, {.pipeline = 5}) == 3);
  CHECK(rank_parameters(gpt2, {.tensor = 2, .pipeline = 4}).everywhere.all ==
        Approx((layer_parameters(gpt2) / 4 + outer_parameters(gpt2)) / 2));
}

TEST_CASE("of frozen weights no gradients and states are kept, nor what goes into them") {
  TransformerShape lora = gpt2;
  lora.lora_rank = 8;
  const double adapters = trained_layer_parameters(lora);
  CHECK(adapters == 12 * 8 * 8 * 768);
  const RankParameters held = rank_parameters(lora, {});
  CHECK(held.everywhere.all == parameters(lora));
  CHECK(held.everywhere.trained == adapters);
  CHECK(state_memory(held, {}).base() == 2 * parameters(lora) + 14 * adapters);
  CHECK(forward_share({}, true) == 1.0 / 2);
  CHECK(forward_share({.recompute = Recompute::full}, true) == 1.0 / 3);
  const TrainingSetup fused{.attention = Attention::fused};
  const double whole = activation_memory(gpt2, 1, 1, fused).base();
  CHECK(activation_memory(lora, 1, 1, fused).base() == Approx(whole - 12 * 2 * (768 + 3072)));
  lora.lora_everywhere = true;
  CHECK(activation_memory(lora, 1, 1, fused).base() == Approx(whole));
}

TEST_CASE("context ranks have a copy of the weights each, and share sharded states") {
  const TrainingSetup setup{.zero_stage = 1, .layout = {.data = 2, .context = 4}};
  CHECK(state_memory(8e9, setup).base() == 8e9 * (2 + 2 + 12.0 / 8));
}

TEST_CASE("experts that ranks share are held by each in part, and their states sharded over their copies") {
  TransformerShape mixture = gpt2;
  mixture.experts = 8;
  mixture.active_experts = 2;
  const double expert = 2 * 768 * 3072 + 3072 + 768;
  CHECK(all_experts_parameters(mixture) == 12 * 8 * expert);
  const Layout layout{.data = 16, .expert = 4};
  const RankParameters held = rank_parameters(mixture, layout);
  CHECK(held.everywhere.all == parameters(mixture) - 12 * 8 * expert);
  CHECK(held.experts.all == 12 * 2 * expert);
  CHECK(state_memory(held, {.layout = layout}).base() ==
        Approx(16 * (held.everywhere.all + held.experts.all)));
  // Of an expert there are four copies, of all else 16.
  CHECK(state_memory(held, {.zero_stage = 1, .layout = layout}).base() ==
        Approx((4 + 12.0 / 16) * held.everywhere.all + (4 + 12.0 / 4) * held.experts.all));
  CHECK(rank_parameters(mixture, {.data = 16}).everywhere.all == parameters(mixture));

  mixture.lora_rank = 4;
  mixture.lora_everywhere = true;
  const RankParameters adapted = rank_parameters(mixture, layout);
  CHECK(adapted.experts.trained == Approx(12 * 2 * 4 * 2 * (768.0 + 3072)));
  CHECK(adapted.everywhere.trained + 4 * adapted.experts.trained ==
        Approx(trained_layer_parameters(mixture)));
}
