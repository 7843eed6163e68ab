// campaign-sim check SCENARIO: validate, print the resolved scenario with every default, simulate nothing.
#include <fmt/format.h>

#include "sim/cli/commands.hpp"
#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

int check(const ScenarioOptions& options) {
  const std::filesystem::path file = find_scenario(options.scenario);
  const Scenario scenario = load_scenario(file, options.overrides(), platform_library(file));
  fmt::print("# {} is valid; this is how it is read, defaults included\n{}", file.string(),
             scenario.resolved);
  return 0;
}

}  // namespace campaign_sim
