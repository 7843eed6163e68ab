// A PUE that depends on load: known only when the whole campaign is.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "analysis/bill/campaign_bill.hpp"
#include "sim/core/step_series.hpp"

namespace campaign_sim {

// The machines' power over time gives the load, the load the PUE, in campaign time. Nothing if no row of the
// cluster lasts.
std::optional<StepSeries> pue_by_load(const ClusterSpec& cluster, std::uint32_t number,
                                      std::span<const UseRow> rows);

}  // namespace campaign_sim
