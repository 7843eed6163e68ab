// What the sub-commands that read a scenario have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace CLI {
class App;
}

namespace campaign_sim {

struct ScenarioOptions {
  std::string scenario;
  std::vector<std::string> assignments;  // --set
  std::optional<std::uint64_t> seed;
  std::string variant;  // empty: the scenario as it stands

  Overrides overrides() const { return {assignments, seed, variant}; }
  // As they are typed in a shell: part of the command that remakes something.
  std::string typed() const;
};

void add_scenario_options(CLI::App& command, ScenarioOptions& options);
void add_variant_option(CLI::App& command, ScenarioOptions& options);

}  // namespace campaign_sim
