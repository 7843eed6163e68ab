// The command line: which sub-command, its options, and what every kind of failure becomes.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "analysis/finished_campaign.hpp"
#include "sim/cli/commands.hpp"
#include "sim/config/reader.hpp"
#include "sim/results/output_error.hpp"

namespace campaign_sim {

namespace {

constexpr int user_can_fix_it = 2;
constexpr int we_must_fix_it = 3;

void add_scenario_options(CLI::App& command, ScenarioOptions& options) {
  command.add_option("scenario", options.scenario, "a scenario file (YAML)")->required();
  command.add_option("--seed", options.seed, "seed of every random draw; replaces the scenario's");
  command
      .add_option("--set", options.assignments,
                  "path.to.key=value: replaces one value of the scenario, checked like the file; repeatable")
      ->allow_extra_args(false);
}

CLI::App* add_bill_command(CLI::App& app, BillOptions& options) {
  CLI::App* command =
      app.add_subcommand("bill", "bill a finished run again under other terms, without simulating it again");
  command
      ->add_option("results", options.results,
                   "the folder of a run; several: what each differs from the next by")
      ->required();
  command->add_option("--method", options.methods,
                      "published ways of counting, side by side: strubell2019,llama,ghg-location,…");
  command->add_option("--site", options.site, "a site of the library, a country (fr) or a cloud region");
  command->add_option("--start", options.start, "when it begins: 2023-07-01T00:00 (UTC)");
  command->add_option("--pue", options.pue, "1.1, or a CSV file of it over time");
  command->add_option("--intensity", options.intensity, "'50 g/kWh', a CSV file of a trace, or {region: fr}");
  command->add_option("--price", options.price,
                      "'0.12 USD/kWh', a CSV file of a trace, or a mapping as in a site");
  command->add_option("--when", options.when, "begin at the best (or worst) time that the traces cover")
      ->check(CLI::IsMember({"best", "worst"}));
  command->add_option("--export", options.exports, "codecarbon,mlco2,paper,huggingface");
  command
      ->add_option(
          "--set", options.assignments,
          "path.to.key=value: replaces one value of the scenario that the bill depends on; repeatable")
      ->allow_extra_args(false);
  command->add_option("--out", options.out, "folder for bill.json, bill_trials.csv and exports");
  command->add_flag("--force", options.force, "overwrite the bill that is there");
  command->add_flag("--quiet", options.quiet, "print nothing but errors and exports");
  return command;
}

// `campaign-sim SCENARIO …` is short for `campaign-sim run SCENARIO …`.
std::vector<std::string> with_sub_command(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  static const std::vector<std::string> words = {"run", "check", "list", "bill", "-h", "--help", "--version"};
  if (!arguments.empty() && std::ranges::find(words, arguments.front()) == words.end())
    arguments.insert(arguments.begin(), "run");
  std::ranges::reverse(arguments);  // as CLI11 wants them
  return arguments;
}

int main_of(int argc, char** argv) {
  CLI::App app{
      "What a machine-learning search costs - days, energy, CO2e, money - before it is run.\n"
      "campaign-sim SCENARIO is short for campaign-sim run SCENARIO."};
  app.set_version_flag("--version", "campaign-sim " CAMPAIGN_SIM_VERSION);
  app.require_subcommand(1);

  RunOptions run_options;
  CLI::App* run_command = app.add_subcommand("run", "simulate a scenario and write its results");
  add_scenario_options(*run_command, run_options);
  run_command->add_option("--out", run_options.out,
                          "folder of the results (default: results/<scenario name>)");
  run_command->add_flag("--force", run_options.force, "overwrite the results that are there");
  run_command->add_flag("--quiet", run_options.quiet, "print nothing but errors");
  run_command->add_flag("--only-summary", run_options.only_summary,
                        "write summary.json and manifest.json, no CSVs");

  ScenarioOptions check_options;
  CLI::App* check_command =
      app.add_subcommand("check", "validate a scenario and print it with every default; simulate nothing");
  add_scenario_options(*check_command, check_options);

  ListOptions list_options;
  CLI::App* list_command = app.add_subcommand("list", "the names a scenario can use");
  list_command->add_option("what", list_options.what, "what to list")
      ->required()
      ->check(CLI::IsMember({"strategies", "workloads", "accelerators", "sites", "platforms", "policies"}));
  list_command->add_flag("-v,--verbose", list_options.verbose, "rule, source and parameters of each");

  BillOptions bill_options;
  CLI::App* bill_command = add_bill_command(app, bill_options);

  for (CLI::App* command : {run_command, check_command, list_command, bill_command})
    command->set_version_flag("--version", "campaign-sim " CAMPAIGN_SIM_VERSION);

  try {
    app.parse(with_sub_command(argc, argv));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : user_can_fix_it;
  }
  if (*run_command) return run(run_options);
  if (*check_command) return check(check_options);
  if (*bill_command) return bill(bill_options);
  return list(list_options);
}

}  // namespace

}  // namespace campaign_sim

int main(int argc, char** argv) {
  using namespace campaign_sim;
  try {
    return main_of(argc, argv);
  } catch (const ConfigError& error) {
    std::fputs(error.what(), stderr);
    return user_can_fix_it;
  } catch (const OutputError& error) {
    std::fprintf(stderr, "campaign-sim: %s\n", error.what());
    return user_can_fix_it;
  } catch (const ResultsError& error) {
    std::fprintf(stderr, "campaign-sim: %s\n", error.what());
    return user_can_fix_it;
  } catch (const BillError& error) {
    std::fprintf(stderr, "campaign-sim: %s\n", error.what());
    return user_can_fix_it;
  } catch (const std::exception& error) {
    std::fprintf(
        stderr,
        "campaign-sim: internal error: %s\nThis is our mistake, please report it with the scenario.\n",
        error.what());
    return we_must_fix_it;
  }
}
