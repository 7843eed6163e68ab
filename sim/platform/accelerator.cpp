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

}  // namespace

Accelerator read_accelerator(Reader& accelerator) {
  Accelerator result;
  result.name = accelerator.text_or("name", "unnamed");
  accelerator.text_or("description", "");
  result.idle = accelerator.quantity<Watts>("idle", at_least(0));
  result.max = accelerator.quantity<Watts>("max", more_than(0));
  result.peak = read_peak(accelerator.section("peak"));
  result.memory = accelerator.quantity<Bytes>("memory", more_than(0));
  result.memory_bandwidth = accelerator.quantity<BytesPerSecond>("memory_bandwidth", more_than(0));
  Reader curve = accelerator.chosen_section("power_curve", "kind", "typical");
  result.curve = read_power_curve(curve);

  if (accelerator.ok() && result.idle >= result.max)
    accelerator.reject("idle", "'idle' must be less than 'max' (nothing running draws less than full load)");
  return result;
}

}  // namespace campaign_sim
