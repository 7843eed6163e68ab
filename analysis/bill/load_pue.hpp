// A PUE that depends on load: known only when the whole campaign is.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/bill/campaign_bill.hpp"
#include "sim/core/step_series.hpp"

namespace campaign_sim {

// The power of one cluster's machines, from one change to the next.
struct PowerStep {
  double from_s = 0;
  double to_s = 0;
  double power_w = 0;
};
std::vector<PowerStep> power_over_time(std::uint32_t cluster, std::span<const UseRow> rows);

// The machines' power over time gives the load, the load the PUE, in campaign time. Nothing if no row of the
// cluster lasts.
std::optional<StepSeries> pue_by_load(const ClusterSpec& cluster, std::uint32_t number,
                                      std::span<const UseRow> rows);

}  // namespace campaign_sim
