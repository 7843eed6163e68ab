// campaign-sim check SCENARIO: validate, print the resolved scenario with every default, simulate nothing.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "sim/cli/commands.hpp"
#include "sim/cli/data_folder.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

namespace {

int check(const ScenarioOptions& options) {
  const std::filesystem::path file = find_scenario(options.scenario);
  const Scenario scenario = load_scenario(file, options.overrides(), platform_library(file));
  fmt::print("# {} is valid; this is how it is read, defaults included\n{}", file.string(),
             scenario.resolved);
  return 0;
}

}  // namespace

SubCommand check_command(CLI::App& program) {
  CLI::App* app = program.add_subcommand(
      "check", "validate a scenario and print it with every default; simulate nothing");
  auto options = std::make_shared<ScenarioOptions>();
  add_scenario_options(*app, *options);
  add_variant_option(*app, *options);
  return {app, [options] { return check(*options); }};
}

}  // namespace campaign_sim
