#include "sim/workload/layout.hpp"

#include <catch2/catch.hpp>

using namespace campaign_sim;

using Pattern = Exchange::Pattern;

TEST_CASE("a pipeline of p stages stretches a step by p - 1 micro-batches, chunks shorten that") {
  CHECK(pipeline_stretch({}, 1) == 1);
  CHECK(pipeline_stretch({.pipeline = 4}, 12) == 1.25);
  CHECK(pipeline_stretch({.pipeline = 4, .chunks = 3}, 12) == Approx(1 + 0.25 / 3));
}

TEST_CASE("one accelerator exchanges nothing") { CHECK(exchanges_of({}, {}).empty()); }

TEST_CASE("data ranks sum gradients once a step, sharded weights are gathered for every pass") {
  const Layout layout{.data = 8, .tensor = 2};  // whose tensor ranks' exchange comes last
  StepMessages step{.layer = Bytes{100}, .micro_batches = 4, .steps_per_unit = 10};
  auto exchanges = exchanges_of(layout, step);
  REQUIRE(exchanges.size() == 2);
  CHECK(exchanges[0].pattern == Pattern::all_reduce);
  CHECK(exchanges[0].ranks == 8);
  CHECK(exchanges[0].stride == 2);  // tensor ranks are neighbours
  CHECK(exchanges[0].bytes == Bytes{100});
  CHECK(exchanges[0].per_unit == 10);

  step.zero_stage = 1;
  exchanges = exchanges_of(layout, step);
  REQUIRE(exchanges.size() == 3);
  CHECK(exchanges[0].pattern == Pattern::reduce_scatter);
  CHECK(exchanges[1].pattern == Pattern::all_gather);
  CHECK(exchanges[1].per_unit == 10);

  step.zero_stage = 3;
  exchanges = exchanges_of(layout, step);
  CHECK(exchanges[0].per_unit == 40);
  CHECK(exchanges[1].per_unit == 80);
}

TEST_CASE("sharded gradients are summed for every micro-batch, since no rank keeps them") {
  StepMessages step{.layer = Bytes{100}, .micro_batches = 4, .zero_stage = 2};
  const auto exchanges = exchanges_of({.data = 8}, step);
  REQUIRE(exchanges.size() == 2);
  CHECK(exchanges[0].per_unit == 4);
  CHECK(exchanges[1].per_unit == 1);
}

TEST_CASE("weights pass a layer at a time, and computing hides all but what comes first") {
  const StepMessages step{.layer = Bytes{100}, .layers = 24, .outer = Bytes{300}};
  const auto exchanges = exchanges_of({.data = 8}, step);
  REQUIRE(exchanges.size() == 3);
  CHECK(exchanges[0].bytes == Bytes{300});
  CHECK(exchanges[0].overlap == 0);
  CHECK(exchanges[1].bytes == Bytes{100});
  CHECK(exchanges[1].per_unit == 1);
  CHECK(exchanges[1].overlap == 0);
  CHECK(exchanges[2].bytes == Bytes{100});
  CHECK(exchanges[2].per_unit == 23);
  CHECK(exchanges[2].overlap == Approx(1 / 1.189));
  CHECK(exchanges_of({.data = 8, .overlap = 0}, step)[2].overlap == 0);
}

TEST_CASE("gradients hide beside the last backward pass, new weights beside the next forward pass") {
  const StepMessages step{.layer = Bytes{100}, .layers = 2, .micro_batches = 4, .zero_stage = 1};
  const auto exchanges = exchanges_of({.data = 8}, step);
  REQUIRE(exchanges.size() == 4);
  CHECK(exchanges[1].pattern == Pattern::reduce_scatter);
  CHECK(exchanges[1].window == Approx(2.0 / 3 / 4));
  CHECK(exchanges[3].pattern == Pattern::all_gather);
  CHECK(exchanges[3].window == Approx(1.0 / 3 / 4));
}

TEST_CASE("tensor ranks sum activations in every block, stages pass them on") {
  const Layout layout{.data = 1, .tensor = 4, .pipeline = 3, .chunks = 2};
  const auto exchanges = exchanges_of(
      layout, {.activations = Bytes{64}, .micro_batches = 6, .all_reduces = 16, .steps_per_unit = 1});
  REQUIRE(exchanges.size() == 2);
  CHECK(exchanges[0].pattern == Pattern::all_reduce);
  CHECK(exchanges[0].stride == 1);
  CHECK(exchanges[0].per_unit == 96);
  CHECK(exchanges[0].overlap == 0);
  CHECK(exchanges[1].pattern == Pattern::send_to_next);
  CHECK(exchanges[1].ranks == 3);
  CHECK(exchanges[1].stride == 4);
  CHECK(exchanges[1].bytes == Bytes{16});
  CHECK(exchanges[1].per_unit == 24);
}

TEST_CASE("keys and values go round the context ranks three times, beside attention") {
  const Layout layout{.data = 2, .context = 4, .tensor = 2, .pipeline = 2};
  CHECK(layout.accelerators() == 32);
  const StepMessages step{.layer = Bytes{100},
                          .micro_batches = 6,
                          .keys_and_values = Bytes{48},
                          .attentions = 5,
                          .attention = 0.2};
  const auto exchanges = exchanges_of(layout, step);
  REQUIRE(exchanges.size() == 4);
  CHECK(exchanges[0].ranks == 8);  // weights are the same on data and on context ranks
  CHECK(exchanges[0].stride == 2);
  CHECK(exchanges[1].pattern == Pattern::all_gather);
  CHECK(exchanges[1].ranks == 4);
  CHECK(exchanges[1].stride == 2);
  CHECK(exchanges[1].bytes == Bytes{48});
  CHECK(exchanges[1].per_unit == 3 * 5 * 6);
  CHECK(exchanges[1].window == 0.2);
  CHECK(exchanges[1].overlap == Approx(1 / 1.189));
  CHECK(exchanges[3].pattern == Pattern::send_to_next);
  CHECK(exchanges[3].stride == 16);
}

TEST_CASE("only what is trained is exchanged as gradients, and all weights where they are sharded") {
  StepMessages step{.layer = Bytes{100}, .outer = Bytes{300}, .trained = 0.25};
  auto exchanges = exchanges_of({.data = 8}, step);
  REQUIRE(exchanges.size() == 1);
  CHECK(exchanges[0].bytes == Bytes{25});
  step.zero_stage = 3;
  exchanges = exchanges_of({.data = 8}, step);
  REQUIRE(exchanges.size() == 3);
  CHECK(exchanges[0].bytes == Bytes{25});
  CHECK(exchanges[1].bytes == Bytes{300});
  CHECK(exchanges[2].bytes == Bytes{100});
}

TEST_CASE("tensor ranks' sums hide only where the software cuts products into pieces") {
  const StepMessages step{.activations = Bytes{48}, .all_reduces = 4};
  const auto overlap = [&](const Layout& layout) {
    const auto exchanges = exchanges_of(layout, step);
    REQUIRE(exchanges.size() == 1);
    return exchanges[0].overlap;
  };
  CHECK(overlap({.tensor = 2}) == 0);
  CHECK(overlap({.tensor = 2, .tensor_overlap = 1}) == Approx(1 / 1.189));
  CHECK(overlap({.tensor = 2, .tensor_overlap = 0.5}) == Approx(0.5 / 1.189));
}

TEST_CASE("evaluations exchange what their forward pass needs, and no gradients") {
  const Layout layout{.data = 2, .context = 2, .expert = 2, .tensor = 2, .pipeline = 2};
  StepMessages step{.layer = Bytes{100},
                    .layers = 3,
                    .activations = Bytes{48},
                    .micro_batches = 5,
                    .all_reduces = 6,
                    .keys_and_values = Bytes{8},
                    .attentions = 3,
                    .routed = Bytes{4},
                    .routings = 12,
                    .attention = 0.2};
  step.zero_stage = 2;
  // By how much the last exchange of a pattern grows with one sample evaluated for each that is trained.
  const auto growth = [&](Pattern pattern) {
    const auto times = [&](double evaluated) {
      step.evaluated = evaluated;
      double found = 0;
      for (const Exchange& exchange : exchanges_of(layout, step))
        if (exchange.pattern == pattern) found = exchange.per_unit;
      REQUIRE(found > 0);
      return found;
    };
    return times(1) / times(0);
  };
  CHECK(growth(Pattern::reduce_scatter) == 1);          // gradients
  CHECK(growth(Pattern::send_to_next) == Approx(1.5));  // once forwards, once backwards
  CHECK(growth(Pattern::all_to_all) == Approx(1.5));    // the same
  CHECK(growth(Pattern::all_reduce) == Approx(1.5));    // between tensor ranks
  step.passes = 3;                                      // forwards again, to recompute
  CHECK(growth(Pattern::all_reduce) == Approx(1 + 1.0 / 3));
  CHECK(growth(Pattern::all_gather) == Approx(1 + 1.0 / 3));  // keys and values: again, and their gradients
}

TEST_CASE("tokens go to their experts and back, and each expert's gradients to its copies alone") {
  const Layout layout{.data = 8, .expert = 4, .tensor = 2};
  CHECK(layout.accelerators() == 16);
  const StepMessages step{.layer = Bytes{100},
                          .layers = 3,
                          .experts = Bytes{60},
                          .micro_batches = 5,
                          .routed = Bytes{48},
                          .routings = 12};
  const auto exchanges = exchanges_of(layout, step);
  REQUIRE(exchanges.size() == 6);  // the last is that of tensor ranks
  CHECK(exchanges[0].bytes == Bytes{100});
  CHECK(exchanges[0].ranks == 8);
  CHECK(exchanges[2].bytes == Bytes{60});
  CHECK(exchanges[2].ranks == 2);
  CHECK(exchanges[2].stride == 8);
  CHECK(exchanges[3].per_unit == 2);  // beside computing
  CHECK(exchanges[4].pattern == Pattern::all_to_all);
  CHECK(exchanges[4].ranks == 4);
  CHECK(exchanges[4].stride == 2);
  CHECK(exchanges[4].bytes == Bytes{48});
  CHECK(exchanges[4].per_unit == 60);
  CHECK(exchanges[4].overlap == 0);
  CHECK(exchanges_of({.data = 8, .expert = 4, .tensor = 2, .expert_overlap = 1}, step)[4].overlap ==
        Approx(1 / 1.189));
  // With one copy of each expert its gradients stay where they are.
  CHECK(exchanges_of({.data = 8, .expert = 8, .tensor = 2}, step).size() == 4);
}
