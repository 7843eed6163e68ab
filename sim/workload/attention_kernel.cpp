#include "sim/workload/attention_kernel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace campaign_sim {

namespace {

// TFLOP/s at sequences of 512, 1024, … 16,384 tokens.
using Speeds = std::array<double, 6>;
struct Passes {
  Speeds forward;
  Speeds backward;
};
struct Heads {
  Passes of_64;
  Passes of_128;
};

constexpr double shortest = 512;
// A backward pass does five matrix products, a forward pass two (Dao et al. 2022); speeds count all of them.
constexpr double backward_work = 5.0 / 2;

// Shah et al. 2024 (FlashAttention-3, arXiv 2407.08608), labels of figures 5 (forward), 6 (backward) and 7
// (forward in 8 bits): H100 80 GB SXM5, no mask, 16 k tokens a batch. Published.
constexpr Heads flash_attention_2 = {{{282, 306, 318, 321, 322, 324}, {198, 238, 264, 279, 287, 291}},
                                     {{309, 350, 362, 368, 370, 370}, {214, 260, 291, 310, 318, 322}}};
constexpr Heads flash_attention_3 = {{{333, 392, 460, 476, 496, 497}, {272, 363, 422, 453, 472, 474}},
                                     {{467, 565, 625, 638, 646, 648}, {316, 424, 501, 542, 559, 561}}};
constexpr Heads cudnn = {{{335, 373, 395, 408, 412, 413}, {266, 348, 395, 417, 432, 433}},
                         {{497, 574, 617, 609, 600, 595}, {305, 408, 465, 499, 518, 516}}};
// The backward pass in 8 bits is not among them: it is that in 16 bits, as if 8 bits helped it nothing.
constexpr Heads cudnn_fp8 = {{{344, 398, 447, 413, 431, 438}, cudnn.of_64.backward},
                             {{617, 751, 886, 864, 971, 1005}, cudnn.of_128.backward}};

constexpr std::string_view measured_on = "Hopper";

// Linear in the logarithm of the length; beyond the measured ones that of the nearest.
double at_length(const Speeds& speeds, double sequence_length) {
  const double last = static_cast<double>(speeds.size() - 1);
  const double position = std::clamp(std::log2(sequence_length / shortest), 0.0, last);
  const auto below = static_cast<std::size_t>(std::min(std::floor(position), last - 1));
  return std::lerp(speeds[below], speeds[below + 1], position - static_cast<double>(below));
}

double time_of_passes(const Heads& heads, double head_width, double sequence_length, double forwards) {
  const Passes& passes = head_width < 128 ? heads.of_64 : heads.of_128;
  return forwards / at_length(passes.forward, sequence_length) +
         backward_work / at_length(passes.backward, sequence_length);
}

const Heads& speeds_of(Attention kernel) {
  switch (kernel) {
    case Attention::flash_attention_3:
      return flash_attention_3;
    case Attention::cudnn:
      return cudnn;
    case Attention::cudnn_fp8:
      return cudnn_fp8;
    case Attention::fused:
    case Attention::plain:
      break;
  }
  return flash_attention_2;
}

bool is_the_laws(Attention kernel) { return kernel == Attention::fused || kernel == Attention::plain; }

}  // namespace

double speed_against_flash_attention_2(Attention kernel, double head_width, double sequence_length,
                                       double forwards) {
  if (is_the_laws(kernel)) return 1;
  return time_of_passes(flash_attention_2, head_width, sequence_length, forwards) /
         time_of_passes(speeds_of(kernel), head_width, sequence_length, forwards);
}

std::optional<std::string> unknown_speed(Attention kernel, const std::vector<Device>& devices) {
  if (is_the_laws(kernel)) return std::nullopt;
  const auto other =
      std::ranges::find_if(devices, [](const Device& device) { return device.architecture != measured_on; });
  if (other == devices.end()) return std::nullopt;
  return fmt::format(
      "how fast '{}' is on '{}' is not known (its speed was measured on an H100, and holds for accelerators "
      "whose 'architecture' is {}); leave 'attention' out, or give what was measured: 'step_time' or "
      "'throughput'",
      attention_names[static_cast<std::size_t>(kernel)], other->name, measured_on);
}

}  // namespace campaign_sim
