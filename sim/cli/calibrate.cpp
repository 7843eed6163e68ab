// campaign-sim calibrate LOG…: fit an accelerator to what a meter read, and write it as an entry of the
// catalogue.
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
#include "sim/cli/commands.hpp"
#include "sim/cli/data_folder.hpp"
#include "sim/config/reader.hpp"
#include "sim/platform/platform.hpp"
#include "sim/results/output_error.hpp"

namespace campaign_sim {

namespace {

namespace fs = std::filesystem;
using namespace calibration;

struct CalibrateOptions {
  std::vector<std::string> logs;
  std::string accelerator;
  std::string out;
  ColumnNames columns;
  bool force = false;
  bool quiet = false;
};

std::string canonical_command(const CalibrateOptions& options, const std::string& accelerator) {
  std::string command = "campaign-sim calibrate";
  for (const std::string& log : options.logs) command += " '" + fs::path{log}.filename().string() + "'";
  command += " --accelerator " + accelerator;
  for (const auto& [option, column] : {std::pair{"--time", options.columns.time},
                                       {"--power", options.columns.power},
                                       {"--utilisation", options.columns.utilisation}})
    if (!column.empty()) command += fmt::format(" {} '{}'", option, column);
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

int calibrate_logs(const CalibrateOptions& options) try {
  std::vector<Log> logs;
  for (const std::string& file : options.logs) logs.push_back(read_log(fs::path{file}, options.columns));
  const std::vector<fs::path> library = platform_library("");
  std::string name = options.accelerator;
  if (name.empty()) {
    Document empty = Document::parse("catalogue: {}", "calibrate", library);
    name = accelerator_of(logs, empty.root());
  }
  const Machine machine = machine_of(name, library);
  const Calibration found = calibrate(logs, machine);
  const std::string entry = catalogue_entry(found, logs, machine, canonical_command(options, name));
  if (options.out.empty()) {
    fmt::print("{}", entry);
    return 0;
  }
  write_entry(options, entry, readings_csv(found));
  if (options.quiet) return 0;
  for (const std::string& line : residuals_in_words(found, machine)) fmt::print("{}\n", line);
  const fs::path file{options.out};
  fmt::print("\nWritten to {}, and the readings to {}\nIn a cluster: accelerator: {}\n", options.out,
             fs::path{file}.replace_extension(".csv").string(), file.stem().string());
  return 0;
} catch (const LogError& error) {
  throw ConfigError{std::string{error.what()} + "\n"};
}

}  // namespace

SubCommand calibrate_command(CLI::App& program) {
  CLI::App* app = program.add_subcommand(
      "calibrate", "fit an accelerator's power curve, caps and idle to a log, as an entry of the catalogue");
  auto options = std::make_shared<CalibrateOptions>();
  app->add_option("logs", options->logs,
                  "logs of one accelerator: nvidia-smi, Zeus, CodeCarbon, measure_gpu.py, or any CSV of time "
                  "and watts")
      ->required();
  app->add_option("--accelerator", options->accelerator,
                  "the entry of the catalogue that it is (default: by the name in the log)");
  app->add_option("--out", options->out,
                  "the entry's file, such as platforms/accelerators/our-a100.yaml (default: print it)");
  app->add_option("--time", options->columns.time, "of a plain CSV: the column of the time");
  app->add_option("--power", options->columns.power, "of a plain CSV: the column of the watts");
  app->add_option("--utilisation", options->columns.utilisation,
                  "of a plain CSV: the column of the utilisation");
  app->add_flag("--force", options->force, "overwrite the file that is there");
  app->add_flag("--quiet", options->quiet, "print nothing but errors");
  return {app, [options] { return calibrate_logs(*options); }};
}

}  // namespace campaign_sim
