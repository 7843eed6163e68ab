#include "sim/cli/run.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "sim/campaign/campaign.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/data_folder.hpp"
#include "sim/cli/exit_status.hpp"
#include "sim/cli/expect_machines.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/summary_table.hpp"
#include "sim/cli/uncertainty.hpp"
#include "sim/config/uncertain.hpp"
#include "sim/core/expect.hpp"
#include "sim/results/recorder.hpp"

namespace campaign_sim {

namespace {

constexpr double largest_closure_error = 1e-9;  // of the ledger, relative
constexpr std::uint64_t usual_samples = 100;

// What remakes the results: where they go and what is printed does not belong to it.
std::string command(const RunOptions& options, const Scenario& scenario) {
  std::string text = "campaign-sim run " + options.typed();
  if (!uncertain_inputs(scenario.inputs).empty() && options.samples != usual_samples)
    text += fmt::format(" --uncertainty {}", options.samples);
  return text;
}

}  // namespace

int run(const RunOptions& options) {
  const std::filesystem::path file = find_scenario(options.scenario);
  Scenario scenario = load_scenario(file, options.overrides(), platform_library(file));
  expect_machines(scenario);
  const std::filesystem::path out = options.out.empty() ? std::filesystem::path{"results"} / scenario.name
                                                        : std::filesystem::path{options.out};
  watch_for_interrupt();  // before there is anything to tidy up
  ResultsFolder folder{out, options.force ? Overwrite::yes : Overwrite::no};
  const UncertaintyRun over_ranges =
      run_over_ranges(options, scenario, folder.file("samples"),
                      options.only_summary ? std::filesystem::path{} : folder.file("uncertainty.csv"));
  if (over_ranges.status == interrupted_status) return interrupted_status;

  Recorder recorder{scenario, folder, RecordedFiles{!options.only_summary, options.curve, options.trace}};
  ProgressLine line{options.quiet};
  Watcher watcher;
  watcher.interrupted = interrupted;
  if (line.shown()) watcher.progress = [&](const Progress& progress) { line.show(progress); };
  CampaignResult result;
  run_on_simgrid(scenario.platform, [&](Cluster& cluster) {
    result = run_campaign(scenario, cluster, recorder.sinks(), watcher);
  });
  line.clear();
  // What never got going leaves nothing worth keeping.
  if (!result.failure.empty() && result.trials.empty()) throw CutShort{result.failure};
  CS_EXPECT(result.closure.energy_error <= largest_closure_error);
  CS_EXPECT(result.closure.time_error <= largest_closure_error);

  const nlohmann::ordered_json summary =
      recorder.finish(result, over_ranges.summary,
                      Origin{command(options, scenario), CAMPAIGN_SIM_VERSION, engine_version()});

  if (!options.quiet) {
    fmt::print("{}\nWritten to {}\n", summary_table(scenario, summary), folder.final_folder().string());
    std::fflush(stdout);
  }
  if (!result.failure.empty())
    throw CutShort{result.failure + "\nwhat was simulated until then is kept in " +
                   folder.final_folder().string()};
  return result.ended_by == "interrupt" ? interrupted_status : over_ranges.status;
}

SubCommand run_command(CLI::App& program) {
  CLI::App* app = program.add_subcommand("run", "simulate a scenario and write its results");
  auto options = std::make_shared<RunOptions>();
  add_scenario_options(*app, *options);
  add_variant_option(*app, *options);
  options->samples = usual_samples;
  app->add_option("--uncertainty", options->samples,
                  "runs over the ranges of the scenario's inputs, if it has any; 0: none")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{10'000}))
      ->capture_default_str();
  app->add_option("--jobs", options->jobs, "of those at the same time (default: one per processor)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{10'000}));
  app->add_option("--out", options->out, "folder of the results (default: results/<scenario name>)");
  app->add_flag("--force", options->force, "overwrite the results that are there");
  app->add_flag("--quiet", options->quiet, "print nothing but errors");
  app->add_flag("--only-summary", options->only_summary, "write summary.json and manifest.json, no CSVs");
  app->add_flag("--trace", options->trace,
                "write trace.json too: open it in ui.perfetto.dev or chrome://tracing");
  return {app, [options] { return run(*options); }};
}

}  // namespace campaign_sim
