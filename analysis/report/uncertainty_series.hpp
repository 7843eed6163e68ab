// What a run found out about its inputs' ranges, as the page draws it.
#pragma once

#include <filesystem>

#include "analysis/report/series.hpp"

namespace campaign_sim {

// Of how many draws a figure is shown: beyond that, those at evenly spaced ranks.
inline constexpr std::size_t most_draws = 200;

// The bands of summary.json beside the figures that they belong to, each with its draws from `file`
// (uncertainty.csv), in ascending order; no draws where that is missing. Null where no input is a range.
Json read_uncertainty(const std::filesystem::path& file, const Json& summary);

}  // namespace campaign_sim
