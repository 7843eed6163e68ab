// The figures that the answers of a scenario come down to, for those who ask what they hang on.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "sim/comparison/cells.hpp"
#include "sim/comparison/plan.hpp"

namespace campaign_sim {

inline constexpr std::array<std::string_view, 5> figure_names = {"energy_facility_kwh", "co2e_operational_kg",
                                                                 "cost", "makespan_s", "best_metric"};
using Figures = std::array<double, figure_names.size()>;

// Those of each variant: means over its seeds; NaN if a replicate failed or measured nothing. `present` are
// indices into `cells`.
std::vector<Figures> figures_of(const ComparisonPlan& plan, const std::vector<Cell>& cells,
                                const std::vector<std::size_t>& present);

}  // namespace campaign_sim
