// campaign-sim brackets SCENARIO: the rungs and brackets of its strategy, before anything is run.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "sim/cli/commands.hpp"
#include "sim/cli/data_folder.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/cli/wording.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/search/rungs/bracket_plan.hpp"

namespace campaign_sim {

namespace {

struct Total {
  double configurations = 0;
  double segments = 0;
  double resumed = 0;
  double from_scratch = 0;
};

std::string row(std::string_view bracket, std::string_view times, std::string_view rung,
                std::string_view configurations, std::string_view each, std::string_view resumed,
                std::string_view from_scratch) {
  return fmt::format("{:<8} {:>7} {:>5} {:>15} {:>12} {:>18} {:>18}\n", bracket, times, rung, configurations,
                     each, resumed, from_scratch);
}

// The rows of one bracket; what they come to is added to the total.
std::string rows(const PlannedBracket& planned, bool pauses, Total& total) {
  std::string text;
  Resource before = 0;
  const auto times = static_cast<double>(planned.times);
  for (std::size_t i = 0; i < planned.bracket.rungs.size(); ++i) {
    const auto& [configurations, resource] = planned.bracket.rungs[i];
    const auto count = static_cast<double>(configurations);
    const double trained = count * (resource - (planned.anew ? 0 : before));
    text += row(i == 0 ? std::to_string(planned.number) : "", i == 0 ? in_words(times) : "",
                std::to_string(i + 1), in_words(count), in_words(resource), in_words(trained),
                pauses ? in_words(count * resource) : "");
    if (i == 0 || planned.anew) total.configurations += times * count;
    total.segments += times * count;
    total.resumed += times * trained;
    total.from_scratch += times * count * resource;
    before = resource;
  }
  return text;
}

int brackets(const ScenarioOptions& options) {
  const std::filesystem::path file = find_scenario(options.scenario);
  const Scenario scenario = load_scenario(file, options.overrides(), platform_library(file));
  const std::optional<BracketPlan> plan = scenario.strategy->brackets();
  const std::string name =
      scenario.strategy_name + (scenario.strategy_variant.empty() ? "" : ", " + scenario.strategy_variant);
  if (!plan)
    throw ConfigError{
        fmt::format("{}: the strategy '{}' has no rungs or brackets to print; those of docs/strategies.md "
                    "with `eta` have\n",
                    file.string(), scenario.strategy_name)};

  const ResourceSettings& resource = scenario.resource;
  const std::string unit = plan->rung_unit.empty() ? resource.unit + "s" : plan->rung_unit;
  fmt::print("{}: {}, eta {}, {} to {} {}s a trial\n\n", scenario.name, name, plan->eta,
             in_words(resource.min), in_words(resource.max), resource.unit);
  fmt::print("{}",
             row("bracket", "times", "rung", "configurations", unit + " each",
                 plan->pauses ? unit + ", resumed" : unit + " in all", plan->pauses ? "from scratch" : ""));
  Total total;
  for (const PlannedBracket& planned : planned_brackets(*plan))
    fmt::print("{}", rows(planned, plan->pauses, total));
  fmt::print("{}\n", row("in all", "", "", in_words(total.configurations), "", in_words(total.resumed),
                         plan->pauses ? in_words(total.from_scratch) : ""));

  const Resource most = plan->table.brackets.front().rungs.back().resource;
  fmt::print("{} segments; as much as {} trainings of {} {}", in_words(total.segments),
             in_words(total.resumed / most), in_words(most), unit);
  if (plan->pauses)
    fmt::print(" where a promoted trial resumes, {} where it trains again from nothing; this scenario {}",
               in_words(total.from_scratch / most),
               scenario.checkpoint.resume == Resume::from_scratch ? "trains again" : "resumes");
  fmt::print(".\n");
  if (!plan->trials)
    fmt::print("The scenario has no 'stop.trials': this is one round{}.\n",
               plan->repeats ? ", which repeats until another stop rule is met" : "");
  if (!plan->remark.empty()) fmt::print("{}\n", plan->remark);
  return 0;
}

}  // namespace

SubCommand brackets_command(CLI::App& program) {
  CLI::App* app = program.add_subcommand(
      "brackets", "print the rungs and brackets of a scenario's strategy; simulate nothing");
  auto options = std::make_shared<ScenarioOptions>();
  add_scenario_options(*app, *options);
  add_variant_option(*app, *options);
  return {app, [options] { return brackets(*options); }};
}

}  // namespace campaign_sim
