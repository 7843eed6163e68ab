#pragma once

#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

// Throws ConfigError if SimGrid cannot make the machines of a scenario that reads well.
void expect_machines(const Scenario& scenario);

}  // namespace campaign_sim
