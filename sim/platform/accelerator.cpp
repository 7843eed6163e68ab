#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "sim/config/reader.hpp"
#include "sim/platform/platform.hpp"

namespace campaign_sim {
namespace {

constexpr std::array<std::string_view, 5> precisions = {"fp32", "tf32", "fp16", "bf16", "fp8"};

std::map<std::string, FlopsPerSecond> read_peak(Reader peak) {
  std::map<std::string, FlopsPerSecond> rates;
  for (const std::string_view precision : precisions)
    if (peak.has(precision))
      rates[std::string{precision}] = peak.quantity<FlopsPerSecond>(precision, more_than(0));
  if (rates.empty())
    peak.reject("",
                "'peak' must name at least one precision (a rate is needed): fp32, tf32, fp16, bf16 or fp8");
  return rates;
}

PowerLimit read_power_limit(Reader limit, const Accelerator& accelerator) {
  PowerLimit result;
  result.min = limit.quantity<Watts>("min", more_than(0));
  result.max = limit.quantity_or<Watts>("max", accelerator.max, more_than(0));
  if (!limit.ok()) return result;
  const Watts lowest = static_draw(accelerator.cap_response, accelerator.idle, accelerator.max);
  if (result.min > result.max) limit.reject("min", "'min' must be at most 'max' (together they are a range)");
  if (result.min <= lowest && accelerator.cap_response.lowest_clock <= 0)
    limit.reject("min",
                 fmt::format("'min' must be more than {:g} W (what the accelerator draws at any clock: "
                             "no clock is low enough to stay under such a cap)",
                             lowest.base()));
  return result;
}

// What nobody metered: a process that waits draws what nothing does, and what moves data draws as memory
// does.
PhaseDraws read_draws(std::optional<Reader> draws, const Accelerator& accelerator) {
  const Range possible = {.low = accelerator.idle.base(), .high = accelerator.max.base()};
  const Watts moving =
      accelerator.idle + accelerator.cap_response.memory * (accelerator.max - accelerator.idle);
  const auto read = [&](std::string_view key, Watts fallback) {
    return draws && draws->has(key) ? draws->quantity<Watts>(key, possible) : fallback;
  };
  PhaseDraws result;
  result.context = read("context", accelerator.idle);
  result.load = read("load", result.context);
  result.checkpoint = read("checkpoint", result.context);
  result.communicate = read("communicate", std::max(result.context, moving));
  return result;
}

}  // namespace

Accelerator read_accelerator(Reader& accelerator) {
  Accelerator result;
  result.name = accelerator.text_or("name", "unnamed");
  accelerator.text_or("description", "");
  if (accelerator.has("architecture")) result.architecture = accelerator.text("architecture");
  result.idle = accelerator.quantity<Watts>("idle", at_least(0));
  result.max = accelerator.quantity<Watts>("max", more_than(0));
  result.peak = read_peak(accelerator.section("peak"));
  result.memory = accelerator.quantity<Bytes>("memory", more_than(0));
  result.memory_bandwidth = accelerator.quantity<BytesPerSecond>("memory_bandwidth", more_than(0));
  if (accelerator.has("link_bandwidth"))
    result.link_bandwidth = accelerator.quantity<BytesPerSecond>("link_bandwidth", more_than(0));
  Reader curve = accelerator.chosen_section("power_curve", "kind", "typical");
  result.curve = read_power_curve(curve);

  if (accelerator.ok() && result.idle >= result.max)
    accelerator.reject("idle", "'idle' must be less than 'max' (nothing running draws less than full load)");
  if (accelerator.has("cap_response")) {
    Reader response = accelerator.section("cap_response");
    result.cap_response = read_cap_response(response);
  }
  if (!accelerator.ok()) return result;  // what follows is measured against what is wrong
  result.draws = read_draws(
      accelerator.has("draws") ? std::optional{accelerator.section("draws")} : std::nullopt, result);
  if (accelerator.has("power_limit"))
    result.power_limit = read_power_limit(accelerator.section("power_limit"), result);
  return result;
}

std::string why_not_cap(const Accelerator& accelerator, Watts cap) {
  if (!accelerator.power_limit)
    return fmt::format(
        "{} takes no power cap (its file has no 'power_limit', the range it can be set to); leave "
        "the cap out, or give the range: power_limit: {{min: 100 W, max: 300 W}}",
        accelerator.name);
  const auto& [min, max] = *accelerator.power_limit;
  if (cap >= min && cap <= max) return {};
  return fmt::format(
      "{} cannot be capped at {:g} W (the hardware takes {:g} to {:g} W); choose a cap in that range",
      accelerator.name, cap.base(), min.base(), max.base());
}

}  // namespace campaign_sim
