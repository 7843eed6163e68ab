// The result as a person reads it on the terminal.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

// `summary` is what summary.json holds.
std::string summary_table(const Scenario& scenario, const nlohmann::ordered_json& summary);

}  // namespace campaign_sim
