#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "sim/platform/platform.hpp"
#include "tests/support/library.hpp"
#include "tests/support/shared_data.hpp"
#include "tests/support/zeus.hpp"

using namespace campaign_sim;
using testing::load_accelerator;
using testing::mistakes;

static Accelerator accelerator(const std::string& name) { return load_accelerator(name).value; }
static double teraflops(const Accelerator& a, const std::string& precision) {
  return a.peak.at(precision).base() / 1e12;
}

TEST_CASE("an accelerator of the library is what its file says") {
  const Accelerator v100 = accelerator("v100-sxm2");
  CHECK(v100.name == "v100-sxm2");
  CHECK(v100.idle.base() == 36);
  CHECK(v100.max.base() == 300);
  CHECK(v100.peak.size() == 2);
  CHECK(teraflops(v100, "fp32") == Approx(15.7));
  CHECK(teraflops(v100, "fp16") == Approx(125));
  CHECK(v100.memory.base() == 16e9);
  CHECK(v100.memory_bandwidth.base() == 900e9);
}

TEST_CASE("trap: a V100 for PCIe is allowed 250 W and an SXM2 300 W, not the other way") {
  CHECK(accelerator("v100-pcie").max.base() == 250);
  CHECK(accelerator("v100-sxm2").max.base() == 300);
  CHECK(accelerator("p100-pcie").max.base() == 250);
  CHECK(accelerator("p100-sxm2").max.base() == 300);
  CHECK(accelerator("a100-pcie-40gb").max.base() == 250);
  CHECK(accelerator("a100-pcie-80gb").max.base() == 300);
  CHECK(accelerator("h100-pcie").max.base() == 350);
  CHECK(accelerator("h100-sxm").max.base() == 700);
}

TEST_CASE("trap: a K80 is one die of its board") {
  const Accelerator k80 = accelerator("k80");
  CHECK(k80.max.base() == 150);
  CHECK(k80.memory.base() == 12e9);
  CHECK(k80.memory_bandwidth.base() == 240e9);
  CHECK(teraflops(k80, "fp32") < 4.5);
}

TEST_CASE("trap: a TPU is one chip, not a device of four") {
  CHECK(teraflops(accelerator("tpu-v2"), "bf16") == 46);  // a device: 180
  CHECK(accelerator("tpu-v2").memory.base() == 16e9);     // a device: 64
  CHECK(teraflops(accelerator("tpu-v3"), "bf16") == 123);
  CHECK(accelerator("tpu-v3").memory.base() == 32e9);  // a device: 128
}

TEST_CASE("trap: a TPU's max is its limit, not the mean it was seen to draw") {
  CHECK(accelerator("tpu-v2").max.base() == 280);  // mean with host: 221
  CHECK(accelerator("tpu-v3").max.base() == 450);  // mean of the chip: 220
  CHECK(accelerator("tpu-v4").max.base() == 192);  // mean of the chip: 170
}

TEST_CASE("trap: tensor rates are dense, not those with sparsity") {
  for (const char* name : {"a100-pcie-40gb", "a100-pcie-80gb", "a100-sxm-40gb", "a100-sxm-80gb"})
    CHECK(teraflops(accelerator(name), "bf16") == 312);                // with sparsity: 624
  CHECK(teraflops(accelerator("h100-sxm"), "bf16") == Approx(989.4));  // 1979
  CHECK(teraflops(accelerator("h100-sxm"), "fp8") == Approx(1979));    // 3958
  CHECK(teraflops(accelerator("h100-pcie"), "bf16") == 756);           // 1513
  CHECK(teraflops(accelerator("h200-sxm"), "bf16") == Approx(989.4));  // 1979
  CHECK(teraflops(accelerator("b200-sxm"), "bf16") == 2250);           // 4500
  CHECK(teraflops(accelerator("mi300x"), "bf16") == Approx(1307.4));   // 2615
}

TEST_CASE("trap: consumer cards are rated with fp32 accumulation") {
  CHECK(teraflops(accelerator("rtx-3090"), "fp16") == 71);             // with fp16 accumulation: 142
  CHECK(teraflops(accelerator("rtx-4090"), "fp16") == Approx(165.2));  // 330
}

TEST_CASE("halving the width of a tensor number doubles its rate") {
  for (const std::string& name : testing::library_names("accelerators")) {
    INFO(name);
    const auto peak = accelerator(name).peak;
    if (peak.contains("tf32") && peak.contains("bf16")) {
      CHECK(peak.at("bf16") / peak.at("tf32") == Approx(2).epsilon(0.01));
    }
    if (peak.contains("fp8") && peak.contains("bf16")) {
      CHECK(peak.at("fp8") / peak.at("bf16") == Approx(2).epsilon(0.01));
    }
    if (peak.contains("fp16") && peak.contains("bf16")) CHECK(peak.at("fp16") == peak.at("bf16"));
  }
}

TEST_CASE("a TPU's curve gives the watts with host that were metered") {
  // Patterson et al. 2021, Tables 1 and 4: W per chip at TFLOP/s per chip.
  const Accelerator v2 = accelerator("tpu-v2");
  const auto watts = [](const Accelerator& a, double rate) {
    return a.curve.watts(rate / teraflops(a, "bf16"), a.idle, a.max).base();
  };
  CHECK(watts(v2, 24.8) == Approx(208).epsilon(0.06));
  CHECK(watts(v2, 24.0) == Approx(227).epsilon(0.06));
  CHECK(watts(v2, 28.8) == Approx(229).epsilon(0.06));
  const Accelerator v3 = accelerator("tpu-v3");
  CHECK(watts(v3, 45.6) == Approx(310).epsilon(0.05));
  CHECK(watts(v3, 48.0) == Approx(288).epsilon(0.05));
}

TEST_CASE("an A40 draws what was read from one, to 8%, from a waiting process to a busy one") {
  const auto file = testing::shared_file("data/zeus-nsdi23/summary_power_a40.csv");
  if (!file) return;
  const Accelerator a40 = accelerator("a40");
  int compared = 0;
  for (const testing::ZeusNetwork& network : {testing::shufflenet, testing::resnet50}) {
    for (const auto& [batch, reading] : testing::zeus_readings(*file, network, "300")) {
      INFO(network.name << ", batch " << batch << ", read " << reading.watts << " W");
      const double model = a40.curve.watts(reading.flops_per_s / 37.4e12, a40.idle, a40.max).base();
      CHECK(std::abs(model / reading.watts - 1) < 0.08);
      ++compared;
    }
  }
  CHECK(compared == 20);
}

TEST_CASE("an accelerator may be named and overridden") {
  CHECK(load_accelerator("{use: v100-sxm2, memory: 32 GB}").value.memory.base() == 32e9);
  CHECK(load_accelerator("{use: v100-sxm2, memory: 32 GB}").value.max.base() == 300);
  const auto typical = load_accelerator("{use: a40, power_curve: typical}").value;
  CHECK(typical.curve.points().front().share == 0);
  CHECK(accelerator("a40").curve.points().front().share == Approx(0.2));
  CHECK(load_accelerator("{use: a40, power_curve: {kind: typical}}").value.curve.points().size() == 7);
}

static std::string in_full(const std::string& idle, const std::string& max, const std::string& peak,
                           const std::string& more = "") {
  return "{idle: " + idle + ", max: " + max + ", peak: " + peak +
         ", memory: 16 GB, memory_bandwidth: 900 GB/s" + more + "}";
}

TEST_CASE("an accelerator may be written in full, with the typical curve") {
  const auto loaded = load_accelerator(in_full("50 W", "400 W", "{fp32: 20 TFLOP/s}"));
  CHECK(loaded.value.name == "unnamed");
  CHECK(loaded.value.curve.points().size() == typical_power_curve().points().size());
}

TEST_CASE("mistakes in an accelerator say what is wrong and why") {
  const auto wrong = [](const std::string& text) { return mistakes(load_accelerator, text); };
  using Catch::Contains;
  CHECK_THAT(wrong(in_full("300 W", "300 W", "{fp32: 1 TFLOP/s}")),
             Contains("'idle' must be less than 'max' (nothing running draws less than full load)"));
  CHECK_THAT(wrong(in_full("-1 W", "300 W", "{fp32: 1 TFLOP/s}")), Contains("'idle' must be at least 0 W"));
  CHECK_THAT(wrong(in_full("0 W", "0 W", "{fp32: 1 TFLOP/s}")), Contains("'max' must be more than 0 W"));
  CHECK_THAT(
      wrong(in_full("1 W", "300 W", "{}")),
      Contains("'peak' must name at least one precision (a rate is needed): fp32, tf32, fp16, bf16 or fp8"));
  CHECK_THAT(wrong(in_full("1 W", "300 W", "{fp23: 1 TFLOP/s}")), Contains("did you mean 'fp32'?"));
  CHECK_THAT(wrong(in_full("1 W", "300 W", "{fp32: 0 TFLOP/s}")),
             Contains("'fp32' must be more than 0 FLOP/s"));
  CHECK_THAT(wrong(in_full("1 W", "300 W", "7")), Contains("'peak' must be a mapping"));
  CHECK_THAT(wrong("{use: v100-sxm2, memory: 0 GB}"), Contains("'memory' must be more than 0 B"));
  CHECK_THAT(wrong("{use: v100-sxm2, max: 20 W}"), Contains("'idle' must be less than 'max'"));
  CHECK_THAT(wrong("v100-smx2"), Contains("did you mean 'v100-sxm2'?"));
}

TEST_CASE("mistakes in a power curve say what is wrong and why") {
  const auto wrong = [](const std::string& utilisation, const std::string& share) {
    return mistakes(load_accelerator, in_full("1 W", "300 W", "{fp32: 1 TFLOP/s}",
                                              ", power_curve: {kind: table, utilisation: " + utilisation +
                                                  ", share: " + share + "}"));
  };
  using Catch::Contains;
  CHECK(wrong("[0, 0.5, 1]", "[0, 0.8, 1]").empty());
  CHECK(wrong("[0, 1]", "[0.2, 0.2]").empty());
  const std::string range =
      "'utilisation' must run from 0 to 1 (the curve is needed between them): begin with 0, end with 1";
  CHECK_THAT(wrong("[0.1, 1]", "[0, 1]"), Contains(range));
  CHECK_THAT(wrong("[0, 0.9]", "[0, 1]"), Contains(range));
  CHECK_THAT(wrong("[]", "[]"), Contains(range));
  CHECK_THAT(wrong("[0]", "[0]"), Contains(range));
  CHECK_THAT(wrong("[0, 0.5, 0.5, 1]", "[0, 0.1, 0.2, 1]"),
             Contains("'utilisation' must increase from point to point (each point lies right of the last)"));
  CHECK_THAT(wrong("[0, 0.5, 1]", "[0, 1]"),
             Contains("'share' must have as many numbers as 'utilisation' (together they are the points)"));
  CHECK_THAT(wrong("[0, 0.5, 1]", "[0, 1, 0.9]"),
             Contains("'share' must not fall (an accelerator that works harder does not draw less)"));
  CHECK_THAT(wrong("[0, 1]", "[0, 1.5]"), Contains("'share' must be from 0 to 1 (it is 1.5)"));
  CHECK_THAT(wrong("[0, .nan, 1]", "[0, 0.5, 1]"), Contains("'utilisation' must be a finite number"));
  CHECK_THAT(mistakes(load_accelerator, in_full("1 W", "2 W", "{fp32: 1 TFLOP/s}", ", power_curve: linear")),
             Contains("unknown kind 'linear'"));
}

TEST_CASE("an accelerator that is held draws what was read, and otherwise what follows") {
  const Accelerator a40 = accelerator("a40");
  CHECK(a40.draws.context.base() == 82);
  CHECK(a40.draws.load.base() == 82);
  CHECK(a40.draws.checkpoint.base() == 82);
  CHECK(a40.draws.communicate.base() == Approx(30 + 0.372 * 270));  // moving data
  CHECK(accelerator("h100-sxm").draws.checkpoint.base() == 105);
  CHECK(accelerator("mi300x").draws.context.base() == 140);  // nobody read it: idle
}

TEST_CASE("mistakes in limits, draws and responses say what is wrong and why") {
  const auto wrong = [](const std::string& text) {
    return mistakes(testing::load_accelerator, "{use: a40, " + text + "}");
  };
  using Catch::Contains;
  CHECK(wrong("power_limit: {min: 120 W, max: 250 W}").empty());
  CHECK_THAT(wrong("power_limit: {min: 300 W, max: 250 W}"), Contains("'min' must be at most 'max'"));
  CHECK_THAT(mistakes(testing::load_accelerator,
                      "{use: v100-pcie, cap_response: {static: 0.1}, power_limit: {min: 50 W}}"),
             Contains("'min' must be more than 57.4 W (what the accelerator draws at any clock"));
  CHECK_THAT(wrong("draws: {context: 20 W}"), Contains("'context' must be from 30 W to 300 W"));
  CHECK_THAT(wrong("draws: {contexts: 20 W}"), Contains("did you mean 'context'?"));
  CHECK_THAT(wrong("cap_response: {memory: 0.96}"), Contains("must increase (moving data draws more"));
  CHECK_THAT(wrong("cap_response: {lowest_clock: 0.95}"),
             Contains("'lowest_clock' must be at most 'floor_clock' (0.907)"));
  CHECK_THAT(wrong("cap_response: {floor_clock: 1}"),
             Contains("'floor_clock' must be more than 0 and less than 1"));
  CHECK_THAT(wrong("link_bandwidth: 0 GB/s"), Contains("'link_bandwidth' must be more than 0"));
}

TEST_CASE("trap: a link's bandwidth is that of one direction") {
  CHECK(accelerator("h100-sxm").link_bandwidth->base() == 450e9);  // both: 900
  CHECK(accelerator("v100-sxm2").link_bandwidth->base() == 150e9);
  CHECK(accelerator("v100-pcie").link_bandwidth->base() == 15.75e9);  // no NVLink on this card
}
