#include "sim/cli/calibrate_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <filesystem>

#include "sim/cli/option_rules.hpp"
#include "sim/config/reader.hpp"

namespace campaign_sim {

namespace {

constexpr const char* of_watts = "timed steps have no watts";
constexpr const char* no_plain = "the columns of timed steps go by fixed names (docs/calibrate.md)";
constexpr auto conflicts = std::to_array<Conflict>({
    {"--node", "--speeds", "a log is of watts or of steps"},
    {"--accelerator", "--node", "a node's accelerator is its platform's"},
    {"--conversion", "--speeds", of_watts},
    {"--accelerator-power", "--speeds", of_watts},
    {"--power", "--speeds", of_watts},
    {"--utilisation", "--speeds", "timed steps have no utilisation"},
    {"--time", "--speeds", no_plain},
    {"--utilisation", "--accelerator-power", "both say how loaded the node is"},
});

constexpr auto needs = std::to_array<Need>({
    {"--conversion", "--node", "only a node has power supplies"},
    {"--accelerator-power", "--node", "an accelerator's own watts are --power"},
    {"--force", "--out", "without it nothing is written that could be replaced"},
    {"--quiet", "--out", "without it the entry is printed and nothing else"},
});

// Twice the same log would count its readings twice.
std::string repeated_log(const std::vector<std::string>& logs) {
  std::error_code error;
  for (std::size_t i = 0; i < logs.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (logs[i] == logs[j] || std::filesystem::equivalent(logs[i], logs[j], error))
        return fmt::format("calibrate: error: {} is given twice, and its readings would count twice\n",
                           logs[i]);
  return {};
}

}  // namespace

CalibrateCommandLine::CalibrateCommandLine(CLI::App& app) : app_{app} {
  app.add_option("logs", options_.logs,
                 "logs of one accelerator (or node): nvidia-smi, Zeus, CodeCarbon, measure_gpu.py, or any "
                 "CSV of time and watts")
      ->required();
  app.add_option("--accelerator", options_.accelerator,
                 "the entry of the catalogue that it is (default: by the name in the log)");
  app.add_option("--node", options_.node,
                 "the log is of a whole node, one of this platform's: fit its node_power");
  app.add_flag("--speeds", options_.speeds,
               "the log is of timed steps of one training on several numbers of accelerators: fit Pollux' "
               "throughput model");
  app.add_option("--conversion", options_.conversion,
                 "of a node's power supplies, power out over power in (default: 1)")
      ->check(CLI::Range(0.5, 1.0));
  app.add_option("--accelerator-power", options_.columns.accelerators,
                 "of a node's CSV: the column of the watts of all its accelerators");
  app.add_option("--out", options_.out,
                 "the entry's file, such as platforms/accelerators/our-a100.yaml (default: print it)");
  app.add_option("--time", options_.columns.time, "of a plain CSV: the column of the time");
  app.add_option("--power", options_.columns.power, "of a plain CSV: the column of the watts");
  app.add_option("--utilisation", options_.columns.utilisation,
                 "of a plain CSV: the column of the utilisation");
  app.add_flag("--force", options_.force, "overwrite the file that is there");
  app.add_flag("--quiet", options_.quiet, "print nothing but errors");
}

const CalibrateOptions& CalibrateCommandLine::checked() const {
  const std::string mistakes = repeated_log(options_.logs) + broken_rules(app_, conflicts, needs);
  if (!mistakes.empty()) throw ConfigError{mistakes};
  return options_;
}

}  // namespace campaign_sim
