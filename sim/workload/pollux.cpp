#include "sim/workload/pollux.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/expect.hpp"

namespace campaign_sim {

Seconds pollux_step_time(const PolluxConstants& constants, double nodes, double accelerators,
                         double batch_per_accelerator, double micro_batches) {
  const Seconds grad = constants.alpha_grad + constants.beta_grad * batch_per_accelerator;
  const Seconds before = grad * (micro_batches - 1);
  if (accelerators <= 1) return before + grad;
  const auto& links = nodes > 1 ? constants.node : constants.local;
  CS_EXPECT(links);
  const Seconds sync = links->alpha + links->beta * (accelerators - 2);
  // The longer one is taken out of the root, so that no power leaves the range of numbers.
  const auto [shorter, longer] = std::minmax(grad, sync);
  if (longer <= Seconds{0}) return before;
  const double ratio = shorter / longer;
  return before + longer * std::pow(1 + std::pow(ratio, constants.gamma), 1 / constants.gamma);
}

}  // namespace campaign_sim
