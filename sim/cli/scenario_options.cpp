#include "sim/cli/scenario_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "sim/core/quoted.hpp"

namespace campaign_sim {

std::string ScenarioOptions::typed() const {
  std::string text = shell_quoted(scenario);
  if (seed) text += fmt::format(" --seed {}", *seed);
  if (!variant.empty()) text += " --variant " + shell_quoted(variant);
  for (const std::string& assignment : assignments) text += " --set " + shell_quoted(assignment);
  return text;
}

void add_scenario_options(CLI::App& command, ScenarioOptions& options) {
  command.add_option("scenario", options.scenario, "a scenario file (YAML)")->required();
  command.add_option("--seed", options.seed, "seed of every random draw; replaces the scenario's")
      ->check([](const std::string& text) {
        return text.starts_with('-') ? std::string{"it must be a whole number of at least 0"} : std::string{};
      });  // CLI11 takes -1 for the largest number there is
  command
      .add_option("--set", options.assignments,
                  "path.to.key=value: replaces one value of the scenario, checked like the file; repeatable")
      ->allow_extra_args(false);
}

void add_variant_option(CLI::App& command, ScenarioOptions& options) {
  command.add_option("--variant", options.variant, "one of the scenario's variants");
}

}  // namespace campaign_sim
