// The command line: which sub-command, and what every kind of failure becomes.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "analysis/bill/finished_campaign.hpp"
#include "sim/campaign/campaign.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/exit_status.hpp"
#include "sim/cli/option_rules.hpp"
#include "sim/config/reader.hpp"
#include "sim/results/output_error.hpp"
#include "sim/search/strategy.hpp"

namespace campaign_sim {

namespace {

// `campaign-sim SCENARIO …` is short for `campaign-sim run SCENARIO …`.
std::vector<std::string> with_sub_command(const std::vector<std::string>& commands, int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::vector<std::string> own_options = {"-h", "--help", "--version"};
  const std::string& first = arguments.front();
  const bool is_scenario = std::ranges::find(commands, first) == commands.end() &&
                           std::ranges::find(own_options, first) == own_options.end();
  if (is_scenario) {
    const std::vector<std::string_view> names(commands.begin(), commands.end());
    if (const auto near = nearest_name(first, names); near && !std::filesystem::exists(first))
      throw ConfigError{
          fmt::format("there is no command, and no scenario file, '{}'; did you mean '{}'?\n", first, *near)};
    arguments.insert(arguments.begin(), "run");
  }
  std::ranges::reverse(arguments);  // as CLI11 wants them
  return arguments;
}

int main_of(int argc, char** argv) {
  CLI::App app{
      "What a machine-learning search costs - days, energy, CO2e, money - before it is run.\n"
      "campaign-sim SCENARIO is short for campaign-sim run SCENARIO.",
      "campaign-sim"};
  app.set_version_flag("--version", "campaign-sim " CAMPAIGN_SIM_VERSION);
  app.require_subcommand(1);

  std::vector<SubCommand> commands;
  for (const auto add : sub_commands) {
    commands.push_back(add(app));
    commands.back().app->set_version_flag("--version", "campaign-sim " CAMPAIGN_SIM_VERSION);
  }
  if (argc < 2) {
    std::fputs(app.help().c_str(), stderr);
    return user_can_fix_it_status;
  }
  try {
    std::vector<std::string> names;
    for (const SubCommand& command : commands) names.push_back(command.app->get_name());
    app.parse(with_sub_command(names, argc, argv));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? done_status : user_can_fix_it_status;
  }
  const SubCommand& chosen =
      *std::ranges::find_if(commands, [](const SubCommand& command) { return command.app->parsed(); });
  expect_no_empty_values(*chosen.app);
  return chosen.start();
}

}  // namespace

}  // namespace campaign_sim

int main(int argc, char** argv) {
  using namespace campaign_sim;
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a failed write, which we report
  try {
    const int status = main_of(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout))
      throw OutputError{std::string{"cannot write to standard output: "} + std::strerror(errno)};
    return status;
  } catch (const ConfigError& error) {
    std::fputs(error.what(), stderr);
    return user_can_fix_it_status;
  } catch (const CutShort& error) {
    std::fprintf(stderr, "campaign-sim: %s\n", error.what());
    return user_can_fix_it_status;
  } catch (const StrategyFailure& error) {
    std::fprintf(stderr, "campaign-sim: %s\n", error.what());
    return user_can_fix_it_status;
  } catch (const OutputError& error) {
    std::fprintf(stderr, "campaign-sim: %s\n", error.what());
    return user_can_fix_it_status;
  } catch (const ResultsError& error) {
    std::fprintf(stderr, "campaign-sim: %s\n", error.what());
    return user_can_fix_it_status;
  } catch (const BillError& error) {
    std::fprintf(stderr, "campaign-sim: %s\n", error.what());
    return user_can_fix_it_status;
  } catch (const std::exception& error) {
    std::fprintf(
        stderr,
        "campaign-sim: internal error: %s\nThis is our mistake, please report it with the scenario.\n",
        error.what());
    return we_must_fix_it_status;
  }
}
