// How hard an accelerator works, as every workload lets a scenario say it.
#pragma once

#include "sim/config/reader.hpp"
#include "sim/core/limits.hpp"
#include "sim/workload/workload.hpp"

namespace campaign_sim {

// What a training run sustains of its accelerator's dense peak where nobody measured it. Published model
// FLOPs utilisation: 21 % (GPT-3), 30 % (MT-NLG), 46 % (PaLM; Chowdhery et al. 2022, table 3), 36-46 %
// (MosaicML MPT on H100, 1B-70B), 41-43 % (Llama 3 405B).
inline constexpr double usual_utilisation = 0.4;

// `power: 208 W` (measured, for one accelerator) or `utilisation: 0.4`; giving both is a mistake.
inline Draw read_draw(Reader& workload) {
  Draw draw;
  if (workload.has("power") && workload.has("utilisation"))
    workload.reject("utilisation",
                    "'power' is measured and says all that 'utilisation' would; give one of them");
  if (workload.has("power")) draw.watts = workload.quantity<Watts>("power", more_than(0));
  draw.utilisation = workload.has("power") && !workload.has("utilisation")
                         ? usual_utilisation
                         : workload.number_or("utilisation", usual_utilisation, between(0, 1));
  return draw;
}

// What a workload without a model of its own is told: everything about a trial's cost but its time.
inline TrainingCost read_stated_cost(Reader& workload) {
  TrainingCost cost;
  cost.accelerators = static_cast<int>(workload.integer_or("accelerators", 1, between(1, most_accelerators)));
  cost.start_up = workload.quantity_or<Seconds>("start_up", Seconds{0}, at_least(0));
  cost.training = read_draw(workload);
  cost.memory = workload.quantity_or<Bytes>("memory", Bytes{0}, at_least(0));
  cost.checkpoint = workload.quantity_or<Bytes>("checkpoint", Bytes{0}, at_least(0));
  return cost;
}

}  // namespace campaign_sim
