#include <catch2/catch.hpp>
#include <cmath>

#include "sim/workload/architecture.hpp"
#include "tests/support/workload_from.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

const std::string gpt2 =
    "kind: transformer, layers: 12, width: 768, heads: 12, vocabulary: 50257, sequence_length: 1024";
constexpr TransformerShape gpt2_shape{Architecture::decoder, 12, 768, 12, 3072, 50257, 1024};

MadeWorkload made(const std::string& rest, Space space = {}, std::string unit = "step") {
  return make_workload({"{" + gpt2 + ", " + rest + "}", std::move(space), 1000, 1, std::move(unit)});
}

}  // namespace

TEST_CASE("a step takes its FLOPs over the sustained rate") {
  const auto m = made("batch_size: 8, efficiency: 0.5, accelerators: 2");
  REQUIRE(m.mistakes.empty());
  const auto cost = m.workload->cost({}, v100());
  REQUIRE(cost);
  const double flops = 8 * 1024 * training_flops_per_token(gpt2_shape).base();
  CHECK(cost->per_unit.base() == Approx(flops / (2 * 125e12 * 0.5)));
  CHECK(cost->training.utilisation == Approx(0.5));
  CHECK(cost->accelerators == 2);
  CHECK(cost->checkpoint.base() == 14.0 * 124439808);
}

TEST_CASE("tiny batches are bound by memory traffic, and utilisation falls") {
  const auto m = made("batch_tokens: 64");
  const auto cost = m.workload->cost({}, v100());
  REQUIRE(cost);
  CHECK(cost->per_unit.base() > 64 * training_flops_per_token(gpt2_shape).base() / (125e12 * 0.4));
  CHECK(cost->training.utilisation < 0.4);
}

TEST_CASE("a measured step time wins over the model, and watts over utilisation") {
  const auto m = made("batch_tokens: 4096, step_time: 0.12 s, power: 208 W");
  CHECK(m.workload->cost({}, v100())->per_unit == Seconds{0.12});
  CHECK(m.workload->cost({}, v100())->training.watts == Watts{208});
}

TEST_CASE("units of resource may be tokens or epochs") {
  const double step = made("batch_tokens: 4096, step_time: 1 s").workload->cost({}, v100())->per_unit.base();
  CHECK(made("batch_tokens: 4096, step_time: 1 s", {}, "token").workload->cost({}, v100())->per_unit.base() ==
        Approx(step / 4096));
  const auto epochs = made("batch_tokens: 4096, step_time: 1 s, tokens_per_unit: 40960", {}, "epoch");
  CHECK(epochs.workload->cost({}, v100())->per_unit.base() == Approx(10 * step));
  CHECK_THAT(made("batch_tokens: 4096", {}, "epoch").mistakes, Catch::Contains("the tokens in one epoch"));
}

TEST_CASE("a model that does not fit fails, and recomputing activations makes it fit") {
  CHECK_FALSE(made("batch_size: 32, attention: plain").workload->cost({}, v100()));
  CHECK(made("batch_size: 32, attention: plain, recompute: full").workload->cost({}, v100()));
  CHECK(made("batch_size: 32, attention: plain, recompute: selective").workload->cost({}, v100()));
  CHECK(made("batch_size: 32, attention: plain, micro_batch_tokens: 8192").workload->cost({}, v100()));
  CHECK(made("batch_size: 32, attention: plain, micro_batches: 4").workload->cost({}, v100()));
  CHECK(made("batch_size: 32").workload->cost({}, v100()));  // fused attention keeps no matrix of pairs
}

TEST_CASE("without a given efficiency, arithmetic and memory both take their time") {
  const auto cost = made("batch_size: 8").workload->cost({}, v100());
  REQUIRE(cost);
  REQUIRE(cost->waits_for);
  CHECK(cost->waits_for->compute + cost->waits_for->memory == Approx(1));
  CHECK(cost->training.utilisation > 0.3);
  CHECK(cost->training.utilisation < 0.7);
  // Recomputing every layer takes up to a third longer; attention that writes its matrix takes longer, too.
  const double plain = made("batch_size: 8, attention: plain").workload->cost({}, v100())->per_unit.base();
  const double again = made("batch_size: 8, recompute: full").workload->cost({}, v100())->per_unit.base();
  CHECK(plain > cost->per_unit.base());
  CHECK(again > 1.2 * cost->per_unit.base());
  CHECK(again < 4.0 / 3 * cost->per_unit.base());
}

TEST_CASE("an encoder predicts 15 % of its tokens") {
  const auto step = [](const std::string& rest) {
    return made("batch_size: 8, " + rest).workload->cost({}, v100())->per_unit.base();
  };
  const double usual = step("architecture: encoder");
  CHECK(usual == step("architecture: encoder, predicted_share: 0.15"));
  CHECK(usual < 0.9 * step("architecture: encoder, predicted_share: 1"));
  CHECK_THAT(made("batch_size: 8, predicted_share: 2").mistakes, Catch::Contains("predicted_share"));
}

TEST_CASE("a layout shares the work, adds a bubble, and says what is exchanged") {
  const double alone = made("batch_size: 8").workload->cost({}, v100())->per_unit.base();
  const auto tensor = made("batch_size: 8, parallel: {tensor: 4}").workload->cost({}, v100());
  REQUIRE(tensor);
  CHECK(tensor->accelerators == 4);
  CHECK(tensor->per_unit.base() == Approx(alone / 4).epsilon(0.001));
  CHECK(tensor->exchanges.size() == 1);
  CHECK(tensor->exchanges[0].per_unit == 12 * 2 * 2);
  CHECK(tensor->exchanges[0].bytes.base() == 8 * 1024 * 768 * 2);

  const auto pipeline =
      made("batch_size: 8, parallel: {pipeline: 2}, micro_batches: 8").workload->cost({}, v100());
  REQUIRE(pipeline);
  CHECK(pipeline->per_unit.base() > alone / 2 * 9 / 8);  // the last stage has the output layer, too
  CHECK(pipeline->exchanges.size() == 1);

  const auto all =
      made("batch_size: 8, accelerators: 16, parallel: {tensor: 2, pipeline: 2}, micro_batches: 2");
  REQUIRE(all.mistakes.empty());
  CHECK(all.workload->cost({}, v100())->accelerators == 16);
  // Between data ranks: the embedding, a layer, and the five other layers of the stage.
  CHECK(all.workload->cost({}, v100())->exchanges.size() == 3 + 1 + 1);
  CHECK(made("batch_size: 8, accelerators: 8, step_time: 1 s").workload->cost({}, v100())->exchanges.empty());
}

TEST_CASE("context ranks share a sequence, and adapters make a step shorter and a checkpoint small") {
  const auto cost = [](const std::string& rest) {
    return *made("batch_size: 8, " + rest).workload->cost({}, v100());
  };
  const TrainingCost alone = cost("zero_stage: 1");
  const TrainingCost halves = cost("zero_stage: 1, parallel: {context: 2}");
  CHECK(halves.accelerators == 2);
  CHECK(halves.per_unit < 0.6 * alone.per_unit);
  CHECK(halves.memory < 0.6 * alone.memory);

  const TrainingCost lora = cost("lora_rank: 8");
  CHECK(lora.per_unit < 0.8 * alone.per_unit);
  CHECK(lora.checkpoint.base() == 14.0 * 12 * 8 * 8 * 768);
  CHECK(made("batch_size: 8", space_of({integers("lora_rank", 1, 64)})).mistakes.empty());
}

TEST_CASE("experts on ranks of their own take less memory, and tokens travel to them") {
  const std::string mixture = "batch_size: 8, experts: 8, active_experts: 2, ";
  const auto all = made(mixture + "parallel: {data: 4}").workload->cost({}, v100());
  const auto shared = made(mixture + "parallel: {data: 4, expert: 4}").workload->cost({}, v100());
  REQUIRE(all);
  REQUIRE(shared);
  CHECK(shared->memory < 0.7 * all->memory);
  CHECK(shared->per_unit < all->per_unit);  // weights of fewer experts are read
  CHECK(shared->checkpoint == all->checkpoint);
  // Two sequences of 1,024 tokens of 768 numbers, to two experts; there and back, forwards and backwards.
  const Exchange& routed = shared->exchanges.back();
  CHECK(routed.pattern == Exchange::Pattern::all_to_all);
  CHECK(routed.bytes.base() == 2 * 1024 * 2 * 768 * 2);
  CHECK(routed.per_unit == 12 * 4);
}

TEST_CASE("layouts that cannot be are refused") {
  const auto mistakes = [](const std::string& rest) { return made("batch_size: 8, " + rest).mistakes; };
  CHECK_THAT(mistakes("parallel: {tensor: 16}"), Catch::Contains("16 tensor ranks cannot share 12 heads"));
  CHECK_THAT(mistakes("parallel: {tensor: 8}"),
             Catch::Contains("8 tensor ranks cannot share 12 heads evenly"));
  CHECK_THAT(mistakes("parallel: {pipeline: 13}, micro_batches: 8"),
             Catch::Contains("cannot share 12 layers"));
  CHECK_THAT(mistakes("parallel: {pipeline: 4}"), Catch::Contains("say into how many"));
  CHECK_THAT(
      mistakes("accelerators: 6, parallel: {data: 2, tensor: 4}"),
      Catch::Contains("2 data × 4 tensor × 1 pipeline ranks are 8 accelerators, and 'accelerators' is 6"));
  CHECK_THAT(mistakes("accelerators: 6, parallel: {tensor: 4}"),
             Catch::Contains("6 accelerators cannot be shared evenly by 4 tensor"));
  CHECK_THAT(mistakes("accelerators: 6, parallel: {context: 4}"),
             Catch::Contains("1 tensor × 1 pipeline × 4 context ranks; give a multiple of 4"));
  CHECK_THAT(mistakes("parallel: {context: 3}"),
             Catch::Contains("3 context ranks cannot share a sequence of 1024 tokens evenly"));
  CHECK_THAT(mistakes("parallel: {data: 4, expert: 2}"), Catch::Contains("there are no experts"));
  CHECK_THAT(mistakes("experts: 6, active_experts: 2, parallel: {data: 4, expert: 4}"),
             Catch::Contains("4 expert ranks cannot share 6 experts evenly"));
  CHECK_THAT(mistakes("experts: 6, active_experts: 2, parallel: {data: 4, expert: 3}"),
             Catch::Contains("so many of the 4 data (and context) ranks, and 3 does not divide them"));
  CHECK_THAT(mistakes("lora_targets: all"), Catch::Contains("add 'lora_rank'"));
  CHECK_THAT(mistakes("lora_rank: 8, lora_targets: some"), Catch::Contains("attention"));
  CHECK_THAT(mistakes("parallel: {chunks: 2}"), Catch::Contains("there is one stage"));
  CHECK_THAT(mistakes("parallel: {data: 2, tensor_overlap: 0.5}"),
             Catch::Contains("tensor_overlap") && Catch::Contains("one tensor rank exchanges with no other"));
  CHECK_THAT(mistakes("parallel: {data: 2, expert_overlap: 1}"),
             Catch::Contains("one expert rank exchanges with no other"));
  CHECK_THAT(mistakes("parallel: {tensor: 2, tensor_overlap: 1.5}"), Catch::Contains("tensor_overlap"));
  CHECK_THAT(mistakes("parallel: {pipeline: 2}, micro_batches: 2, zero_stage: 3"),
             Catch::Contains("use zero_stage 1"));
  CHECK_THAT(mistakes("micro_batches: 2, micro_batch_tokens: 64"), Catch::Contains("in two ways"));
  CHECK_THAT(mistakes("efficiency: 0.4, step_time: 1 s"), Catch::Contains("give one of them"));
  CHECK_THAT(mistakes("parallel: {tensor: 2}, measured_on: accelerator, step_time: 1 s"),
             Catch::Contains("use 'data' ranks only"));
  CHECK_THAT(mistakes("key_value_heads: 5"),
             Catch::Contains("cannot share 5 heads of keys and values evenly"));
  CHECK_THAT(mistakes("experts: 4, active_experts: 8"),
             Catch::Contains("a token cannot go through 8 of 4 experts"));
}

TEST_CASE("what is slower than training is waited for: input, and evaluations") {
  const auto cost = [](const std::string& rest) {
    return *made("batch_size: 8, step_time: 0.1 s, " + rest).workload->cost({}, v100());
  };
  CHECK(cost("input: {samples_per_second: 100}").per_unit == Seconds{0.1});
  const TrainingCost starved = cost("input: {samples_per_second: 20, bytes_per_sample: 4 kB}");
  CHECK(starved.per_unit.base() == Approx(0.4));
  REQUIRE(starved.waits_for);
  CHECK(starved.waits_for->input == Approx(0.75));
  CHECK(starved.input_per_unit.base() == Approx(32e3));
  CHECK(cost("evaluate: {every: 100, time: 5 s}").per_unit.base() == Approx(0.15));
  // 480 sequences forwards, 8 in a third of 0.1 s.
  CHECK(cost("evaluate: {every: 100, samples: 480}").per_unit.base() ==
        Approx(0.1 + 480 / 8 * 0.1 / 3 / 100));
  // Tensor ranks exchange in its forward pass, too: half of what a step of as many samples does.
  const auto sums = [&](const std::string& rest) {
    return made("batch_size: 8, parallel: {tensor: 2}" + rest).workload->cost({}, v100())->exchanges.back();
  };
  CHECK(sums(", evaluate: {every: 100, samples: 400}").per_unit ==
        Approx(sums("").per_unit * (1 + 400.0 / 8 / 100 / 2)));
  CHECK(sums(", evaluate: {every: 100, time: 5 s}").per_unit == sums("").per_unit);
  CHECK_THAT(made("batch_size: 8, evaluate: {every: 100}").mistakes, Catch::Contains("give one of them"));
  CHECK_THAT(made("batch_size: 8, evaluate: {every: 0, time: 1 s}").mistakes, Catch::Contains("every"));
}

TEST_CASE("a parameter of the space wins over the workload's value") {
  const auto m = made("batch_size: 8", space_of({choice("learning_rate", {"0.001", "1000"})}));
  REQUIRE(m.mistakes.empty());
  CHECK(std::isfinite(m.workload->metric({{0}}, 1000)));
  CHECK(std::isinf(m.workload->metric({{1}}, 1000)));  // a learning rate of 1000 diverges

  const auto layers =
      make_workload({"{kind: transformer, layers: 99, width: 768, heads: 12, vocabulary: 50257, "
                     "sequence_length: 1024, batch_size: 8}",
                     space_of({integers("layers", 2, 12)}), 1000});
  REQUIRE(layers.mistakes.empty());
  CHECK(layers.workload->cost({{12}}, v100())->per_unit ==
        made("batch_size: 8").workload->cost({}, v100())->per_unit);
  CHECK(layers.workload->metric({{2}}, 1000) != layers.workload->metric({{12}}, 1000));
}

TEST_CASE("architectures that cannot be built are refused") {
  const auto mistakes = [](const std::string& section, Space space = {}) {
    return make_workload(
               {"{kind: transformer, vocabulary: 100, sequence_length: 8, batch_size: 1, " + section + "}",
                std::move(space), 10})
        .mistakes;
  };
  CHECK_THAT(mistakes("layers: 1, width: 512, heads: 7"),
             Catch::Contains("7 heads cannot share a width of 512 evenly"));
  CHECK_THAT(mistakes("layers: 1, heads: 8", space_of({choice("width", {"64", "100"})})),
             Catch::Contains("8 heads cannot share a width of 100 evenly"));
  CHECK(mistakes("layers: 1, width: 512, heads: 7, head_width: 64").empty());
  CHECK_THAT(mistakes("layers: 1, width: 512, heads: 8, head_width: 0"), Catch::Contains("head_width"));
  CHECK_THAT(
      mistakes("layers: 1, width: 512, heads: 8, architecture: encoder_decoder, parallel_blocks: true"),
      Catch::Contains("parallel_blocks") && Catch::Contains("three blocks"));
  CHECK_THAT(mistakes("layers: 0, width: 512, heads: 8"), Catch::Contains("layers"));
  CHECK_THAT(mistakes("width: 512, heads: 8"), Catch::Contains("layers"));
  CHECK_THAT(
      mistakes("width: 512, heads: 8", space_of({integers("layers", 0, 4)})),
      Catch::Contains("'layers' of the space cannot be 0 (the workload needs a whole number of at least 1"));
  for (const char* name : {"layers", "depth"})
    CHECK_THAT(
        mistakes(std::string{"layers: "} + name + ", width: 512, heads: 8", space_of({integers(name, 1, 4)})),
        Catch::Contains("to search it, call the parameter of the space 'layers' and leave this key out"));
  CHECK(mistakes("layers: {value: 2, from: 1, to: 3}, width: 512, heads: 8").empty());
  CHECK_THAT(mistakes("layers: 1, width: 512, heads: 8, feed_forward: 9, feed_forward_ratio: 4"),
             Catch::Contains("say the same thing in two ways"));
  CHECK_THAT(mistakes("layers: 1, width: 512, heads: 8", space_of({reals("dropout", 0, 1)})),
             Catch::Contains("the transformer does not know 'dropout' of the space"));
  CHECK(mistakes("layers: 1, width: 512, heads: 8, no_effect: [dropout]", space_of({reals("dropout", 0, 1)}))
            .empty());
}

TEST_CASE("an architecture landscape: the seed has its metric, gains saturate, most changes hurt") {
  Space space;
  for (int i = 0; i < 156; ++i)
    space.parameters.push_back(choice("field_" + std::to_string(i), {"a", "b", "c", "d", "e"}));
  const auto m = make_workload({"{" + gpt2 +
                                    ", batch_size: 8, quality: {kind: landscape, seed_metric: 4.8, seed: "
                                    "{field_3: c}, luck: 0, noise: 0}}",
                                space, 240e3});
  REQUIRE(m.mistakes.empty());
  Configuration seed{std::vector<double>(156, 0)};
  seed.values[3] = 2;
  CHECK(m.workload->metric(seed, 240e3) == Approx(4.8).epsilon(1e-12));
  // Unlearnt at a quarter of the steps: 0.175 in log-perplexity, less the offset of the beginning.
  CHECK(m.workload->metric(seed, 60e3) == Approx(4.8 * std::exp(0.175)).epsilon(0.01));

  int better = 0;
  int worse = 0;
  Configuration best = seed;
  for (std::size_t field = 0; field < 156; ++field)
    for (int c = 0; c < 5; ++c) {
      Configuration changed = seed;
      changed.values[field] = c;
      const double metric = m.workload->metric(changed, 240e3);
      better += metric < 4.8 * (1 - 1e-12);
      worse += metric > 4.8 * (1 + 1e-12);
      Configuration improved = best;
      improved.values[field] = c;
      if (m.workload->metric(improved, 240e3) < m.workload->metric(best, 240e3)) best = improved;
    }
  // 624 changes: half of them hurt, one in twenty helps (four standard errors).
  CHECK(worse == Approx(312).margin(50));
  CHECK(better == Approx(31).margin(22));
  CHECK(m.workload->metric(best, 240e3) > 4.8 * std::exp(-0.06));
  CHECK(m.workload->metric(best, 240e3) < 4.8 * std::exp(-0.05));
}

TEST_CASE("a landscape needs fields to rate") {
  CHECK_THAT(made("batch_size: 8, quality: landscape").mistakes,
             Catch::Contains("no field to choose an architecture by"));
  CHECK_THAT(made("batch_size: 8, quality: {kind: landscape, harmful: 0.9, helpful: 0.2}",
                  space_of({choice("f", {"a", "b"})}))
                 .mistakes,
             Catch::Contains("add up to 1.1"));
}
