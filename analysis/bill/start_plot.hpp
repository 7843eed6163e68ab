// CO2e against the start of a campaign, as a table and as a picture that any browser shows.
#pragma once

#include <string>
#include <vector>

#include "analysis/bill/best_start.hpp"

namespace campaign_sim {

std::string starts_csv(const std::vector<StartCost>& starts);
// Line, best and worst start.
std::string starts_svg(const std::vector<StartCost>& starts, const std::string& title);

}  // namespace campaign_sim
