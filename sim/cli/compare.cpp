// campaign-sim compare SCENARIO: simulate variants over seeds, compare them, write what was found.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "sim/cli/cell_runner.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/comparison_table.hpp"
#include "sim/cli/data_folder.hpp"
#include "sim/cli/option_rules.hpp"
#include "sim/cli/report_file.hpp"
#include "sim/comparison/comparison_files.hpp"
#include "sim/core/quoted.hpp"

namespace campaign_sim {

namespace {

namespace fs = std::filesystem;

struct CompareOptions : ReplicateOptions {
  std::vector<std::string> vary;
  std::optional<double> target;
};

constexpr auto conflicts = std::to_array<Conflict>({
    {"--shard", "--merge", "a part is simulated, or all parts are joined"},
    {"--jobs", "--merge", "it simulates nothing"},
});

// What remakes the comparison: on how many processors, in how many parts and where to does not belong to it.
std::string canonical_command(const CompareOptions& options) {
  std::string command = fmt::format("campaign-sim compare {} --seeds {}", options.typed(), options.seeds);
  for (const std::string& text : options.vary) command += " --vary " + shell_quoted(text);
  if (options.target) command += fmt::format(" --target {}", *options.target);
  return command;
}

int compare(const CompareOptions& options) {
  const fs::path file = find_scenario(options.scenario);
  const ComparisonPlan plan =
      plan_comparison({file, options.assignments, options.vary, options.seed, options.seeds, options.target},
                      platform_library(file.string()), CAMPAIGN_SIM_VERSION);
  expect_different(plan);
  const fs::path out =
      options.out.empty() ? fs::path{"results"} / (plan.name + "-comparison") : fs::path{options.out};
  claim_for_comparison(out, "compare");
  CellRunner runner{options, plan, out};
  const int status = runner.run();
  if (!runner.complete()) return status;

  const Comparison found = analyse(plan, runner.cells(), runner.present());
  write_comparison(out, plan, runner.cells(), runner.present(), found, canonical_command(options),
                   CAMPAIGN_SIM_VERSION);
  // The comparison is done without its page: what is missing for that is no failure.
  const std::string no_report = how_to_get_report_assets();
  if (no_report.empty())
    write_report(out, out / "report.html");
  else
    fs::remove(out / "report.html");  // one that is there is of an earlier comparison
  if (!options.quiet) {
    fmt::print("{}\nWritten to {}\n", comparison_table(plan, found), out.string());
    std::fflush(stdout);
    if (!no_report.empty())
      fmt::print(stderr, "No report.html: {}\nand then: campaign-sim report {}\n", no_report, out.string());
  }
  return status;
}

}  // namespace

SubCommand compare_command(CLI::App& program) {
  CLI::App* app = program.add_subcommand(
      "compare",
      "simulate variants of a scenario over many seeds, and say which is better and how sure that is");
  auto options = std::make_shared<CompareOptions>();
  add_replicate_options(*app, *options);
  app->add_option("--vary", options->vary,
                  "path.to.key=a,b,c: each value is a variant; repeatable, for every combination")
      ->allow_extra_args(false);
  app->add_option("--target", options->target,
                  "a metric: what does each variant spend to reach it? (default: the scenario's stop.target)")
      ->check([](const std::string& text) {
        return std::isfinite(std::strtod(text.c_str(), nullptr)) ? "" : text + " is no finite number";
      });
  auto part = std::make_shared<std::string>();
  app->add_option("--shard", *part, "i/N: only the i-th of N parts, for job arrays");
  app->add_option("--merge", options->merge_from,
                  "simulate nothing: join the parts that are in --out and in these folders")
      ->expected(0, 10'000);
  app->add_flag_callback(
      "--keep-all", [options] { options->keep = Keep::all; },
      "all files of every replicate, not only of each first seed");
  return {app, [app, options, part] {
            if (const std::string broken = broken_rules(*app, conflicts, {}); !broken.empty())
              throw ConfigError{broken};
            options->shard = read_shard(*part);
            options->merge = is_given(*app, "--merge");
            std::erase(options->merge_from, "");  // what CLI11 makes of --merge alone
            for (const std::string& folder : options->merge_from) expect_comparison(folder);
            return compare(*options);
          }};
}

}  // namespace campaign_sim
