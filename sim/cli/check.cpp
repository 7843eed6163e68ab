// campaign-sim check SCENARIO: validate, print the resolved scenario with every default, simulate nothing.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <utility>

#include "sim/campaign/segment_plan.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/data_folder.hpp"
#include "sim/cli/expect_machines.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/cli/wording.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

// Whether all of it could be written, main() finds out at the end.
template <class... Args>
void print(fmt::format_string<Args...> text, Args&&... args) {
  std::fputs(fmt::format(text, std::forward<Args>(args)...).c_str(), stdout);
}

// What training it once comes to: a wrong unit shows here, before a search multiplies it.
std::string whole_training(const Scenario& scenario, const Configuration& configuration,
                           std::uint32_t cluster) {
  const Resource resource = scenario.accounting.final_training;
  const auto one = one_training(scenario, configuration, cluster, resource);
  if (!one) return "does not fit there";
  std::string text =
      fmt::format("{}, {} on {}, {} of the machines", counted(resource, scenario.resource.unit),
                  duration_in_words(one->duration.base()), counted(one->accelerators, "accelerator"),
                  energy_in_words(kwh(one->energy)));
  if (one->exchanging > Seconds{})
    text +=
        fmt::format("; {:.2g} % of the time waits for exchanges", 100 * (one->exchanging / one->duration));
  return text;
}

// What the workload's model says of the first configuration that random search would try, on every cluster.
void print_first_cost(const Scenario& scenario) {
  const Configuration first = random_configuration(scenario.space, scenario.seed, 0);
  for (std::uint32_t i = 0; i < scenario.platform.clusters.size(); ++i) {
    const ClusterSpec& cluster = scenario.platform.clusters[i];
    print("# cost of {} on cluster '{}', {}:\n",
          scenario.space.size() == 0 ? "the configuration" : "a random configuration", cluster.name,
          cluster.accelerator.name);
    for (std::size_t k = 0; k < scenario.space.size(); ++k)
      print("#   {} = {}\n", scenario.space.parameters[k].name,
            text_of(scenario.space.parameters[k], first.values[k]));
    for (const Fact& fact : scenario.workload->explain(first, device_of(cluster, scenario.precision)))
      print("#   {}: {}\n", fact.what, fact.value);
    print("#   a whole training: {}\n", whole_training(scenario, first, i));
  }
}

int check(const ScenarioOptions& options) {
  const std::filesystem::path file = find_scenario(options.scenario);
  const Scenario scenario = load_scenario(file, options.overrides(), platform_library(file));
  expect_machines(scenario);
  print("# {} is valid; this is how it is read, defaults included\n{}", file.string(), scenario.resolved);
  print_first_cost(scenario);
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
