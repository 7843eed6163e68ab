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

TEST_CASE("grouped queries, gated blocks and mixtures of experts have the published sizes") {
  // Llama 2 7B and 70B: 6,738,415,616 and 68,976,648,192 in the released weights, without our learned
  // positions and biases. Mixtral 8x7B: 46.7 G, of which a token uses 12.9 G (Jiang et al. 2024), input
  // embedding included.
  TransformerShape llama{Architecture::decoder, 32, 4096, 32, 11008, 32000, 4096};
  llama.gated = true;
  llama.tied_embeddings = false;
  CHECK(parameters(llama) == Approx(6'738'415'616).epsilon(0.004));
  TransformerShape large{Architecture::decoder, 80, 8192, 64, 28672, 32000, 4096};
  large.gated = true;
  large.tied_embeddings = false;
  large.key_value_heads = 8;
  CHECK(parameters(large) == Approx(68'976'648'192).epsilon(0.002));
  TransformerShape mixtral{Architecture::decoder, 32, 4096, 32, 14336, 32000, 4096};
  mixtral.gated = true;
  mixtral.tied_embeddings = false;
  mixtral.key_value_heads = 8;
  mixtral.experts = 8;
  mixtral.active_experts = 2;
  CHECK(parameters(mixtral) == Approx(46.7e9).epsilon(0.002));
  CHECK(active_parameters(mixtral) + 32000 * 4096 == Approx(12.9e9).epsilon(0.002));
  CHECK(training_flops(mixtral).layers + training_flops(mixtral).output ==
        Flops{6 * active_parameters(mixtral)});
}

TEST_CASE("heads of a width of their own, and blocks side by side, have the published sizes") {
  // PaLM: 540.35 G (Chowdhery et al. 2022, table 1: 118 layers of 18,432, 48 heads of 256, keys and values
  // shared by all; a vocabulary of 256,000), without our biases and learned positions.
  TransformerShape palm{Architecture::decoder, 118, 18432, 48, 73728, 256000, 2048};
  palm.head_width = 256;
  palm.key_value_heads = 1;
  palm.gated = true;
  palm.parallel_blocks = true;
  CHECK(attention_width(palm) == 12288);
  CHECK(key_value_width(palm) == 256);
  CHECK(parameters(palm) == Approx(540.35e9).epsilon(0.001));
  CHECK(training_flops(palm).attention.base() == 12.0 * 118 * 12288 * 2048);
  // T5-11B: 24 + 24 layers of 1,024 with 128 heads of 128 (Raffel et al. 2020, section 3.7: 11 billion).
  TransformerShape t5{Architecture::encoder_decoder, 24, 1024, 128, 65536, 32128, 512};
  t5.head_width = 128;
  CHECK(parameters(t5) == Approx(11.3e9).epsilon(0.003));
  // Side by side, a layer has one normalisation of scale and shift.
  TransformerShape successive = palm;
  successive.parallel_blocks = false;
  CHECK(parameters(successive) - parameters(palm) == 118 * 2 * 18432);
  CHECK(successive_blocks(palm) == 118);
  CHECK(successive_blocks(successive) == 2 * 118);
}

TEST_CASE("adapters have the published sizes, and frozen weights no gradients") {
  // Llama 2 7B, rank 16, as PEFT counts them: 16,777,216 beside the four matrices of attention, 39,976,960
  // beside all seven of a layer.
  TransformerShape llama{Architecture::decoder, 32, 4096, 32, 11008, 32000, 4096};
  llama.gated = true;
  llama.tied_embeddings = false;
  const double all = parameters(llama);
  const TokenFlops trained = training_flops(llama);
  llama.lora_rank = 16;
  CHECK(trained_layer_parameters(llama) == 16'777'216);
  CHECK(parameters(llama) == all + 16'777'216);
  const TokenFlops frozen = training_flops(llama);
  CHECK(frozen.layers.base() == Approx(trained.layers.base() * 4 / 6 + 6 * 16'777'216.0));
  CHECK(frozen.output.base() == Approx(trained.output.base() * 4 / 6));
  CHECK(frozen.attention == trained.attention);
  llama.lora_everywhere = true;
  CHECK(trained_layer_parameters(llama) == 39'976'960);
}
