// The command line: which sub-command, its options, and what every kind of failure becomes.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include "analysis/bill/finished_campaign.hpp"
#include "sim/cli/commands.hpp"
#include "sim/config/reader.hpp"
#include "sim/results/output_error.hpp"
#include "sim/search/strategy.hpp"

namespace campaign_sim {

namespace {

constexpr int user_can_fix_it = 2;
constexpr int we_must_fix_it = 3;

// What `run`, `check` and `compare` share.
void add_scenario_options(CLI::App& command, ScenarioOptions& options) {
  command.add_option("scenario", options.scenario, "a scenario file (YAML)")->required();
  command.add_option("--seed", options.seed, "seed of every random draw; replaces the scenario's");
  command
      .add_option("--set", options.assignments,
                  "path.to.key=value: replaces one value of the scenario, checked like the file; repeatable")
      ->allow_extra_args(false);
}

void add_variant_option(CLI::App& command, ScenarioOptions& options) {
  command.add_option("--variant", options.variant, "one of the scenario's variants");
}

void add_compare_options(CLI::App& command, CompareOptions& options) {
  add_scenario_options(command, options);
  command
      .add_option("--vary", options.vary,
                  "path.to.key=a,b,c: each value is a variant; repeatable, for every combination")
      ->allow_extra_args(false);
  command
      .add_option("--seeds", options.seeds, "replicates of each variant: the seed and those that follow it")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000}))
      ->capture_default_str();
  command.add_option("--jobs", options.jobs, "replicates at the same time (default: one per processor)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{10'000}));
  command.add_option(
      "--target", options.target,
      "a metric: what does each variant spend to reach it? (default: the scenario's stop.target)");
  command.add_option("--out", options.out, "folder of the comparison (default: results/<name>-comparison)");
  CLI::Option* shard =
      command.add_option("--shard", options.shard, "i/N: only the i-th of N parts, for job arrays");
  command
      .add_option("--merge", options.merge_from,
                  "simulate nothing: join the parts that are in --out and in these folders")
      ->expected(0, 10'000)
      ->excludes(shard);
  command.add_flag("--keep-all", options.keep_all,
                   "all files of every replicate, not only of each first seed");
  command.add_flag("--quiet", options.quiet, "print nothing but errors");
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

void add_sensitivity_options(CLI::App& command, SensitivityOptions& options) {
  add_scenario_options(command, options);
  command
      .add_option("--input", options.inputs, "path.to.key=low..high: an input and its two ends; repeatable")
      ->required()
      ->allow_extra_args(false);
  command
      .add_option("--samples", options.samples,
                  "of all inputs moved at once, for Sobol's indices: samples x (inputs + 2) more points")
      ->check(CLI::Range(std::uint64_t{2}, std::uint64_t{100'000}));
  options.seeds = 1;
  command.add_option("--seeds", options.seeds, "replicates of each point")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000}))
      ->capture_default_str();
  command.add_option("--jobs", options.jobs, "replicates at the same time (default: one per processor)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{10'000}));
  command.add_option("--out", options.out, "folder of the results (default: results/<name>-sensitivity)");
  command.add_flag("--quiet", options.quiet, "print nothing but errors");
}

// `campaign-sim SCENARIO …` is short for `campaign-sim run SCENARIO …`.
std::vector<std::string> with_sub_command(const CLI::App& app, int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto is_sub_command = [&](const std::string& word) {
    return std::ranges::any_of(app.get_subcommands({}),
                               [&](const CLI::App* command) { return command->get_name() == word; });
  };
  static const std::vector<std::string> own_options = {"-h", "--help", "--version"};
  if (!arguments.empty() && !is_sub_command(arguments.front()) &&
      std::ranges::find(own_options, arguments.front()) == own_options.end())
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
  add_variant_option(*run_command, run_options);
  run_command->add_option("--out", run_options.out,
                          "folder of the results (default: results/<scenario name>)");
  run_command->add_flag("--force", run_options.force, "overwrite the results that are there");
  run_command->add_flag("--quiet", run_options.quiet, "print nothing but errors");
  run_command->add_flag("--only-summary", run_options.only_summary,
                        "write summary.json and manifest.json, no CSVs");
  run_command->add_flag("--trace", run_options.trace,
                        "write trace.json too: open it in ui.perfetto.dev or chrome://tracing");

  ScenarioOptions check_options;
  CLI::App* check_command =
      app.add_subcommand("check", "validate a scenario and print it with every default; simulate nothing");
  add_scenario_options(*check_command, check_options);
  add_variant_option(*check_command, check_options);

  CompareOptions compare_options;
  CLI::App* compare_command = app.add_subcommand(
      "compare",
      "simulate variants of a scenario over many seeds, and say which is better and how sure that is");
  add_compare_options(*compare_command, compare_options);

  ScenarioOptions brackets_options;
  CLI::App* brackets_command = app.add_subcommand(
      "brackets", "print the rungs and brackets of a scenario's strategy; simulate nothing");
  add_scenario_options(*brackets_command, brackets_options);
  SensitivityOptions sensitivity_options;
  CLI::App* sensitivity_command = app.add_subcommand(
      "sensitivity", "move inputs between two ends and say which of them the figures hang on");
  add_sensitivity_options(*sensitivity_command, sensitivity_options);

  ListOptions list_options;
  CLI::App* list_command = app.add_subcommand("list", "the names a scenario can use");
  list_command->add_option("what", list_options.what, "what to list")
      ->required()
      ->check(CLI::IsMember({"strategies", "workloads", "accelerators", "sites", "platforms", "policies"}));
  list_command->add_flag("-v,--verbose", list_options.verbose, "rule, source and parameters of each");

  BillOptions bill_options;
  CLI::App* bill_command = add_bill_command(app, bill_options);

  ReportOptions report_options;
  CLI::App* report_command = app.add_subcommand("report", "draw a folder of results as one HTML file");
  report_command->add_option("results", report_options.results, "the folder that a run wrote")->required();
  report_command->add_option("--out", report_options.out, "the file (default: report.html in that folder)");
  report_command->add_flag("--quiet", report_options.quiet, "print nothing but errors");

  for (CLI::App* command : app.get_subcommands({}))
    command->set_version_flag("--version", "campaign-sim " CAMPAIGN_SIM_VERSION);

  try {
    app.parse(with_sub_command(app, argc, argv));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : user_can_fix_it;
  }
  if (*run_command) return run(run_options);
  if (*check_command) return check(check_options);
  if (*report_command) return report(report_options);
  if (*brackets_command) return brackets(brackets_options);
  if (*sensitivity_command) return sensitivity(sensitivity_options);
  if (*compare_command) {
    compare_options.merge = compare_command->count("--merge") > 0;
    return compare(compare_options);
  }
  if (*bill_command) return bill(bill_options);
  return list(list_options);
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
    return user_can_fix_it;
  } catch (const StrategyFailure& error) {
    std::fprintf(stderr, "campaign-sim: %s\n", error.what());
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
