#include "sim/cli/run.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>

#include "analysis/bill/bill_files.hpp"
#include "sim/campaign/campaign.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/data_folder.hpp"
#include "sim/cli/expect_machines.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/summary_table.hpp"
#include "sim/cli/uncertainty.hpp"
#include "sim/config/uncertain.hpp"
#include "sim/core/expect.hpp"
#include "sim/ledger/node_totals.hpp"
#include "sim/ledger/timeline.hpp"
#include "sim/ledger/totals.hpp"
#include "sim/results/bill_sink.hpp"
#include "sim/results/campaign_files.hpp"
#include "sim/results/segments_csv.hpp"
#include "sim/results/summary.hpp"
#include "sim/results/trace_file.hpp"
#include "sim/search/strategy.hpp"

namespace campaign_sim {

namespace {

constexpr double largest_closure_error = 1e-9;  // of the ledger, relative
constexpr int interrupted_status = 130;         // 128 + SIGINT, as shells have it
constexpr std::uint64_t usual_samples = 100;

// What remakes the results: where they go and what is printed does not belong to it.
std::string command(const RunOptions& options, const Scenario& scenario) {
  std::string text = "campaign-sim run " + options.typed();
  if (!uncertain_inputs(scenario.inputs).empty() && options.samples != usual_samples)
    text += fmt::format(" --uncertainty {}", options.samples);
  return text;
}

std::vector<std::string> cluster_names(const Platform& platform) {
  std::vector<std::string> names;
  for (const ClusterSpec& cluster : platform.clusters) names.push_back(cluster.name);
  return names;
}

std::vector<std::uint32_t> node_of_each_accelerator(const Platform& platform) {
  std::vector<std::uint32_t> nodes;
  std::uint32_t number = 0;
  for (const ClusterSpec& cluster : platform.clusters)
    for (std::uint32_t node = 0; node < cluster.nodes; ++node, ++number)
      nodes.insert(nodes.end(), cluster.accelerators_per_node, number);
  return nodes;
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

  Totals totals{scenario.platform.clusters.size()};
  Timeline timeline{scenario.platform.clusters.size()};
  NodeTotals nodes{node_of_each_accelerator(scenario.platform)};
  std::optional<SegmentsCsv> segments;
  const BillTerms terms = bill_terms(scenario);
  BillSink bill_sink{terms, options.only_summary ? BillDetail::clusters : BillDetail::trials};
  std::vector<LedgerSink*> sinks = {&totals, &bill_sink};
  if (!options.only_summary) {
    segments.emplace(folder.file("segments.csv"), cluster_names(scenario.platform));
    sinks.insert(sinks.end(), {&timeline, &nodes, &*segments});
  }

  std::optional<TraceFile> trace;
  if (options.trace) {
    trace.emplace(folder.file("trace.json"), scenario.platform, scenario.resource.unit);
    sinks.push_back(&*trace);
    if (options.only_summary) sinks.push_back(&timeline);
  }

  ProgressLine line{options.quiet};
  Watcher watcher;
  watcher.interrupted = interrupted;
  if (line.shown()) watcher.progress = [&](const Progress& progress) { line.show(progress); };
  CampaignResult result;
  run_on_simgrid(scenario.platform,
                 [&](Cluster& cluster) { result = run_campaign(scenario, cluster, sinks, watcher); });
  line.clear();
  // A program that never got going leaves nothing worth keeping.
  if (!result.failure.empty() && result.trials.empty()) throw StrategyFailure{result.failure};
  CS_EXPECT(result.closure.energy_error <= largest_closure_error);
  CS_EXPECT(result.closure.time_error <= largest_closure_error);

  const BillOutcome outcome = bill_outcome(scenario, result);
  const CampaignBill bill = bill_sink.finish(outcome);
  nlohmann::ordered_json summary = summarise(scenario, result, totals, bill);
  if (!over_ranges.summary.is_null()) summary["uncertainty"] = over_ranges.summary;
  std::vector<std::string> files = {"summary.json"};
  std::map<std::string, std::string> traces;
  folder.write("summary.json", summary.dump(2) + "\n");
  if (!options.only_summary) {
    segments->close();
    write_trials(folder, scenario, result, bill);
    write_incumbents(folder, scenario, result);
    write_power(folder, scenario, result, timeline);
    write_nodes(folder, scenario, nodes);
    files.insert(files.end(), {"trials.csv", "segments.csv", "power.csv", "incumbent.csv", "nodes.csv"});
    folder.write("bill.json", bill_json(terms, outcome, bill).dump(2) + "\n");
    folder.write("bill_trials.csv", bill_trials_csv(outcome, bill));
    files.insert(files.end(), {"bill.json", "bill_trials.csv"});
    traces = write_traces(folder, scenario.platform);
    for (const auto& [key, copy] : traces) files.push_back(copy);
    if (!over_ranges.summary.is_null()) files.push_back("uncertainty.csv");
  }
  if (trace) {
    trace->close(timeline, result.makespan);
    files.push_back("trace.json");
  }
  if (options.only_summary && options.curve) {
    write_incumbents(folder, scenario, result);
    files.push_back("incumbent.csv");
  }
  write_manifest(folder, scenario, result, command(options, scenario), CAMPAIGN_SIM_VERSION, engine_version(),
                 files, traces);
  folder.commit();

  if (!options.quiet) {
    fmt::print("{}\nWritten to {}\n", summary_table(scenario, summary), folder.final_folder().string());
    std::fflush(stdout);
  }
  if (!result.failure.empty())
    throw StrategyFailure{result.failure + "\nwhat was simulated until then is kept in " +
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
