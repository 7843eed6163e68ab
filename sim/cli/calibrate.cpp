// campaign-sim calibrate LOG…: fit an accelerator to what a meter read, and write it as an entry of the
// catalogue; or a node, and write its node_power; or how fast a training is, and write its throughput.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "analysis/calibration/catalogue_entry.hpp"
#include "analysis/calibration/log_file.hpp"
#include "analysis/calibration/node_fit.hpp"
#include "analysis/calibration/pollux_fit.hpp"
#include "sim/cli/calibrate_options.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/data_folder.hpp"
#include "sim/config/reader.hpp"
#include "sim/core/quoted.hpp"
#include "sim/platform/platform.hpp"
#include "sim/results/output_error.hpp"

namespace campaign_sim {

namespace {

namespace fs = std::filesystem;
using namespace calibration;

std::string canonical_command(const CalibrateOptions& options, const std::string& what) {
  std::string command = "campaign-sim calibrate";
  for (const std::string& log : options.logs)
    command += " " + shell_quoted(fs::path{log}.filename().string());
  command += what;
  for (const auto& [option, column] : {std::pair{"--time", options.columns.time},
                                       {"--power", options.columns.power},
                                       {"--utilisation", options.columns.utilisation},
                                       {"--accelerator-power", options.columns.accelerators}})
    if (!column.empty()) command += fmt::format(" {} {}", option, shell_quoted(column));
  return command;
}

std::vector<std::string> words_of(std::string name) {
  std::vector<std::string> words(1);
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// Whether every word of a catalogue name begins a word of what the driver calls the chip: a100-sxm-80gb is an
// "NVIDIA A100-SXM4-80GB".
bool may_be(const std::string& entry, const std::vector<std::string>& device) {
  return std::ranges::all_of(words_of(entry), [&](const std::string& word) {
    return std::ranges::any_of(device, [&](const std::string& other) { return other.starts_with(word); });
  });
}

// The entry that the log's own name for its GPU means; throws ConfigError if that is none or several.
std::string accelerator_of(const std::vector<Log>& logs, const Reader& library) {
  std::vector<std::string> names;
  for (const fs::path& file : library.library_files("accelerators", ".yaml"))
    names.push_back(file.stem().string());
  const auto named = std::ranges::find_if(logs, [](const Log& log) { return !log.device.empty(); });
  const std::string device = named == logs.end() ? "" : named->device;
  std::vector<std::string> fitting;
  for (const std::string& name : names)
    if (!device.empty() && may_be(name, words_of(device))) fitting.push_back(name);
  if (fitting.size() == 1) return fitting.front();
  throw ConfigError{fmt::format(
      "calibrate: error: which accelerator is it? {}; say it with --accelerator: {}\n",
      device.empty() ? "the logs do not say"
                     : fmt::format("the log calls it '{}', which {}", device,
                                   fitting.empty() ? "none of the catalogue goes by" : "may be several"),
      fmt::join(fitting.empty() ? names : fitting, ", "))};
}

Machine machine_of(const std::string& name, const std::vector<fs::path>& library) {
  Document document = Document::parse("accelerator: " + name + "\n", "--accelerator " + name, library);
  Reader root = document.root();
  Reader entry = root.library_entry("accelerator", "accelerators");
  const Accelerator accelerator = read_accelerator(entry);
  document.finish();
  Machine machine;
  machine.name = name;
  machine.idle_w = accelerator.idle.base();
  machine.max_w = accelerator.max.base();
  for (const auto& [precision, peak] : accelerator.peak) machine.peak[precision] = peak.base();
  machine.draws_w = {{"context", accelerator.draws.context.base()},
                     {"load", accelerator.draws.load.base()},
                     {"checkpoint", accelerator.draws.checkpoint.base()},
                     {"communicate", accelerator.draws.communicate.base()}};
  machine.cap_response = accelerator.cap_response;
  return machine;
}

void write_file(const fs::path& file, const std::string& text) {
  std::ofstream stream{file, std::ios::binary};
  stream << text;
  stream.close();
  if (!stream) throw OutputError{"cannot write " + file.string()};
}

// The entry and, beside it, the readings that it came from.
void write_entry(const CalibrateOptions& options, const std::string& entry, const std::string& readings) {
  const fs::path file{options.out};
  std::error_code error;
  if (file.extension() != ".yaml")
    throw OutputError{options.out + " must end in .yaml: that is how the catalogue finds its entries"};
  if (fs::exists(file, error) && !options.force)
    throw OutputError{options.out + " is there already; choose another, or --force to replace it"};
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  write_file(file, entry);
  write_file(fs::path{file}.replace_extension(".csv"), readings);
}

void say_where(const CalibrateOptions& options, const std::string& use) {
  fmt::print("\nWritten to {}, and the readings to {}\n{}\n", options.out,
             fs::path{options.out}.replace_extension(".csv").string(), use);
}

// A block that is copied into a file of the user's: printed, and written if it is to be.
void put_out_block(const CalibrateOptions& options, const std::string& block, const std::string& readings,
                   const std::string& use) {
  if (!options.out.empty()) write_entry(options, block, readings);
  if (options.out.empty() || !options.quiet) fmt::print("{}", block);
  if (!options.out.empty() && !options.quiet) say_where(options, use);
}

// The nodes of a platform's only cluster.
NodeMachine node_of(const CalibrateOptions& options, const std::vector<fs::path>& library) {
  Document document = Document::parse("platform: " + options.node + "\n", "--node " + options.node, library);
  Reader root = document.root();
  Reader entry = root.library_entry("platform", "");
  entry.text_or("description", "");
  const Platform platform = read_platform(entry);
  document.finish();
  if (platform.clusters.size() != 1)
    throw LogError{
        fmt::format("--node {}: it has {} clusters; a fit is of the nodes of one: name a platform "
                    "that has only those",
                    options.node, platform.clusters.size())};
  const ClusterSpec& cluster = platform.clusters.front();
  const Accelerator& accelerator = cluster.accelerator;
  return {options.node,
          accelerator.name,
          cluster.accelerators_per_node,
          accelerator.idle.base(),
          accelerator.max.base(),
          accelerator.curve,
          options.conversion};
}

int calibrate_node(const CalibrateOptions& options, const std::vector<Log>& logs,
                   const std::vector<fs::path>& library) {
  const NodeMachine node = node_of(options, library);
  const NodeFit fit = fit_node(logs, node);
  const std::string what =
      fmt::format(" --node {} --conversion {:g}", shell_quoted(options.node), options.conversion);
  const std::string block = node_power_block(fit, logs, node, canonical_command(options, what));
  put_out_block(options, block, node_readings_csv(fit), "Copy node_power into the platform's cluster");
  return 0;
}

int calibrate_speeds(const CalibrateOptions& options) {
  if (!options.accelerator.empty()) machine_of(options.accelerator, platform_library(""));  // there is such
  std::vector<StepReading> readings;
  std::string names;
  for (const std::string& log : options.logs) {
    for (StepReading& one : read_step_times(fs::path{log})) readings.push_back(std::move(one));
    names += (names.empty() ? "" : "; ") + fs::path{log}.filename().string();
  }
  PolluxFit fit = fit_pollux(std::move(readings));
  fit.constants.accelerator = options.accelerator;
  std::string what = " --speeds";
  if (!options.accelerator.empty()) what += " --accelerator " + shell_quoted(options.accelerator);
  const std::string block = pollux_block(fit, names, canonical_command(options, what));
  put_out_block(options, block, pollux_readings_csv(fit), "Copy throughput into the scenario's workload");
  return 0;
}

int calibrate_logs(const CalibrateOptions& options) try {
  if (options.speeds) return calibrate_speeds(options);
  std::vector<Log> logs;
  for (const std::string& file : options.logs) logs.push_back(read_log(fs::path{file}, options.columns));
  const std::vector<fs::path> library = platform_library("");
  if (!options.node.empty()) return calibrate_node(options, logs, library);
  std::string name = options.accelerator;
  if (name.empty()) {
    Document empty = Document::parse("catalogue: {}", "calibrate", library);
    name = accelerator_of(logs, empty.root());
  }
  const Machine machine = machine_of(name, library);
  const Calibration found = calibrate(logs, machine);
  const std::string entry = catalogue_entry(
      found, logs, machine, canonical_command(options, " --accelerator " + shell_quoted(name)));
  if (options.out.empty()) {
    fmt::print("{}", entry);
    return 0;
  }
  write_entry(options, entry, readings_csv(found));
  if (options.quiet) return 0;
  for (const std::string& line : residuals_in_words(found, machine)) fmt::print("{}\n", line);
  for (const std::string& line : bursts_in_words(found)) fmt::print("  {}\n", line);
  say_where(options, "In a cluster: accelerator: " + fs::path{options.out}.stem().string());
  return 0;
} catch (const LogError& error) {
  throw ConfigError{std::string{error.what()} + "\n"};
}

}  // namespace

SubCommand calibrate_command(CLI::App& program) {
  CLI::App* app = program.add_subcommand(
      "calibrate",
      "fit an accelerator's power curve, caps and idle, a node's host, or how a training scales, to a log");
  const auto line = std::make_shared<CalibrateCommandLine>(*app);
  return {app, [line] { return calibrate_logs(line->checked()); }};
}

}  // namespace campaign_sim
