#include "sim/workload/attention_kernel.hpp"

#include <catch2/catch.hpp>

#include "tests/support/workload_from.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

Device built(std::string_view name, std::string_view architecture) {
  Device device = v100();
  device.name = name;
  device.architecture = architecture;
  return device;
}

MadeWorkload trained_with(const std::string& attention, std::vector<Device> devices = {}) {
  WorkloadText text{
      "{kind: transformer, layers: 2, width: 1024, heads: 8, vocabulary: 1000, "
      "sequence_length: 2048, batch_size: 4, quality: {kind: scaling_law}" +
          attention + "}",
      Space{}};
  text.devices = std::move(devices);
  return make_workload(text);
}

Seconds step(const std::string& attention) {
  return trained_with(attention).workload->cost({}, v100())->per_unit;
}

}  // namespace

TEST_CASE("what the law was fitted to has its speed") {
  for (const Attention kernel : {Attention::fused, Attention::plain})
    CHECK(speed_against_flash_attention_2(kernel, 128, 4096, 1) == 1);
}

TEST_CASE("a kernel is as much faster as both of its passes are") {
  // Shah et al. 2024, heads of 128, 2 k tokens, by hand: two fifths of the work forwards.
  const double flash_2 = 2 / 362.0 + 5 / 291.0;
  const double cudnn = 2 / 617.0 + 5 / 465.0;
  CHECK(speed_against_flash_attention_2(Attention::cudnn, 128, 2048, 1) == Approx(flash_2 / cudnn));
  // Recomputing a layer does its forward pass twice.
  const double twice = (4 / 362.0 + 5 / 291.0) / (4 / 617.0 + 5 / 465.0);
  CHECK(speed_against_flash_attention_2(Attention::cudnn, 128, 2048, 2) == Approx(twice));
}

TEST_CASE("kernels stand in the published order at the width of head that a model has") {
  const auto speed = [](Attention kernel, double head) {
    return speed_against_flash_attention_2(kernel, head, 8192, 1);
  };
  for (const double head : {64.0, 128.0}) {
    CHECK(speed(Attention::cudnn, head) > 1.3);
    CHECK(speed(Attention::flash_attention_3, head) > speed(Attention::cudnn, head));
    CHECK(speed(Attention::flash_attention_3, head) < 2);
    CHECK(speed(Attention::cudnn_fp8, head) > speed(Attention::cudnn, head));
  }
  CHECK(speed(Attention::cudnn, 96) == speed(Attention::cudnn, 64));
  CHECK(speed(Attention::cudnn, 256) == speed(Attention::cudnn, 128));
}

TEST_CASE("between the measured lengths a speed is between theirs, and beyond them the nearest") {
  const auto speed = [](double length) {
    return speed_against_flash_attention_2(Attention::flash_attention_3, 64, length, 1);
  };
  CHECK(speed(700) > speed(512));
  CHECK(speed(700) < speed(1024));
  CHECK(speed(1) == speed(512));
  CHECK(speed(131072) == speed(16384));
}

TEST_CASE("a faster kernel shortens a step by part of its attention alone") {
  const Seconds fused = step("");
  CHECK(step(", attention: fused") == fused);
  CHECK(step(", attention: cudnn") < fused);
  CHECK(step(", attention: cudnn_fp8") < step(", attention: cudnn"));
  CHECK(step(", attention: cudnn") > 0.8 * fused);
}

TEST_CASE("a kernel is refused on a chip on which its speed was not measured") {
  const Device ours = built("our-h100", "Hopper");
  const Device a100 = built("a100-sxm-80gb", "");
  CHECK(trained_with(", attention: cudnn", {ours}).mistakes.empty());
  CHECK(trained_with("", {a100}).mistakes.empty());
  CHECK_THAT(trained_with(", attention: cudnn", {ours, a100}).mistakes,
             Catch::Contains("how fast 'cudnn' is on 'a100-sxm-80gb' is not known (its speed was measured on "
                             "an H100, and holds for accelerators whose 'architecture' is Hopper); leave "
                             "'attention' out"));
  CHECK_THAT(trained_with(", attention: cudn").mistakes, Catch::Contains("did you mean 'cudnn'"));
}
