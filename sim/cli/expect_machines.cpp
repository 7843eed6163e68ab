#include "sim/cli/expect_machines.hpp"

#include <string>

#include "sim/cluster/platform_check.hpp"
#include "sim/config/reader.hpp"

namespace campaign_sim {

void expect_machines(const Scenario& scenario) {
  const auto why = why_not_simulable(scenario.platform);
  if (!why) return;
  throw ConfigError{scenario.file.string() + ": error: SimGrid cannot use the platform '" +
                    scenario.platform.name + "': " + *why + '\n'};
}

}  // namespace campaign_sim
