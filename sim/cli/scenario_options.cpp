#include "sim/cli/scenario_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <limits>

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
        // CLI11 takes -1, and what is too large, for the largest number there is.
        std::int64_t number = -1;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool good = error == std::errc{} && end == text.data() + text.size() && number >= 0;
        return good ? std::string{}
                    : fmt::format("{} is no whole number from 0 to {}", text,
                                  std::numeric_limits<std::int64_t>::max());
      });
  command
      .add_option("--set", options.assignments,
                  "path.to.key=value: replaces one value of the scenario, checked like the file; repeatable")
      ->allow_extra_args(false);
}

void add_variant_option(CLI::App& command, ScenarioOptions& options) {
  command.add_option("--variant", options.variant, "one of the scenario's variants");
}

}  // namespace campaign_sim
