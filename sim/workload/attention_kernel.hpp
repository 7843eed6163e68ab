// Kernels of fused attention, and how much faster than FlashAttention-2 each was measured to be.
//
// The attention term of step_time.hpp was fitted to trainings with FlashAttention-2 and its Triton forerunner
// (`fused`). Another kernel does the same arithmetic in less time: the term is divided by the ratio of the
// two published speeds, which no training of ours had a part in. They were measured on an H100 and hold for
// its chip only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/workload/workload.hpp"

namespace campaign_sim {

// Fused attention (Dao et al. 2022) never writes the matrix of all pairs of tokens; plain attention does.
enum class Attention : std::uint8_t { fused, plain, flash_attention_3, cudnn, cudnn_fp8 };

inline constexpr std::array<std::string_view, 5> attention_names = {"fused", "plain", "flash_attention_3",
                                                                    "cudnn", "cudnn_fp8"};

// Of one forward pass for each `forwards` and one backward pass. 1 for what the law was fitted to.
double speed_against_flash_attention_2(Attention kernel, double head_width, double sequence_length,
                                       double forwards);

// Why a kernel's speed is not known on one of these accelerators, and what to do about it.
std::optional<std::string> unknown_speed(Attention kernel, const std::vector<Device>& devices);

}  // namespace campaign_sim
