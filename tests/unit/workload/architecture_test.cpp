#include "sim/workload/architecture.hpp"

#include <catch2/catch.hpp>

using namespace campaign_sim;

namespace {

constexpr TransformerShape gpt2{Architecture::decoder, 12, 768, 12, 3072, 50257, 1024};

}  // namespace

TEST_CASE("parameters of published models come out") {
  // Exact counts of the released checkpoints.
  CHECK(parameters(gpt2) == 124'439'808);
  CHECK(parameters({Architecture::decoder, 48, 1600, 25, 6400, 50257, 1024}) == 1'557'611'200);
  CHECK(parameters({Architecture::encoder, 12, 768, 12, 3072, 30522, 512}) == 109'482'240);
  CHECK(parameters({Architecture::encoder, 24, 1024, 16, 4096, 30522, 512}) == 335'141'888);
  // "175B": Brown et al. 2020, table 2.1.
  CHECK(parameters({Architecture::decoder, 96, 12288, 96, 49152, 50257, 2048}) ==
        Approx(175e9).epsilon(0.003));
  // "65" and "213" million: Vaswani et al. 2017, table 3, with their 37,000 shared tokens. The base model
  // comes out 2.9 % smaller than printed.
  CHECK(parameters({Architecture::encoder_decoder, 6, 512, 8, 2048, 37000, 512}) ==
        Approx(65e6).epsilon(0.03));
  CHECK(parameters({Architecture::encoder_decoder, 6, 1024, 16, 4096, 37000, 512}) ==
        Approx(213e6).epsilon(0.007));
}

TEST_CASE("FLOPs of a token are six a parameter and a share for attention") {
  // GPT-3: 3.14e23 FLOPs for 300 G tokens (Brown et al. 2020, table D.1, which leaves attention out).
  const TransformerShape gpt3{Architecture::decoder, 96, 12288, 96, 49152, 50257, 2048};
  const double attention = 12.0 * 96 * 12288 * 2048;
  CHECK((training_flops_per_token(gpt3).base() - attention) * 300e9 == Approx(3.14e23).epsilon(0.005));
  // By hand, one layer of width 2, inner width 3, five tokens of vocabulary, sequences of 7:
  // attention 24, feed-forward 17, two normalisations 8, output 10.
  const TransformerShape tiny{Architecture::decoder, 1, 2, 1, 3, 5, 7};
  CHECK(training_flops_per_token(tiny).base() == 6 * (24 + 17 + 8 + 10) + 12 * 2 * 7);
}

TEST_CASE("mixed precision with Adam holds 16 bytes a parameter, and ZeRO shards them") {
  TrainingSetup setup{.accelerators = 64};
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
  const auto of_a_layer = [&](Recompute recompute, Precision precision = Precision::mixed) {
    const TrainingSetup setup{.precision = precision, .recompute = recompute};
    return (activation_memory(two, 10, setup) - activation_memory(one, 10, setup)).base() / 10;
  };
  CHECK(of_a_layer(Recompute::none) == Approx(34.0 * 768 + 5 * 12 * 1024));
  CHECK(of_a_layer(Recompute::selective) == Approx(34.0 * 768));
  CHECK(of_a_layer(Recompute::full) == Approx(2.0 * 768));
  CHECK(of_a_layer(Recompute::full, Precision::fp32) == Approx(4.0 * 768));
}
