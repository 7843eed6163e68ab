#include "sim/cli/calibrate_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <filesystem>
#include <string_view>

#include "sim/config/reader.hpp"

namespace campaign_sim {

namespace {

// Which options do not go together. An option that nothing reads would leave its user in the belief that it
// counted.
struct Conflict {
  std::string_view option;
  std::string_view other;  // it is refused beside this one
  std::string_view why;
};
constexpr std::string_view of_watts = "timed steps have no watts";
constexpr std::string_view no_plain = "the columns of timed steps go by fixed names (docs/calibrate.md)";
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

struct Need {
  std::string_view option;
  std::string_view needed;
  std::string_view why;
};
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

CalibrateCommandLine::CalibrateCommandLine(CLI::App& app) {
  const auto option = [&](const std::string& name, auto& value, const std::string& help) {
    CLI::Option* added = app.add_option(name, value, help);
    given_[name] = added;
    return added;
  };
  const auto flag = [&](const std::string& name, bool& value, const std::string& help) {
    given_[name] = app.add_flag(name, value, help);
  };
  app.add_option("logs", options_.logs,
                 "logs of one accelerator (or node): nvidia-smi, Zeus, CodeCarbon, measure_gpu.py, or any "
                 "CSV of time and watts")
      ->required();
  option("--accelerator", options_.accelerator,
         "the entry of the catalogue that it is (default: by the name in the log)");
  option("--node", options_.node, "the log is of a whole node, one of this platform's: fit its node_power");
  flag("--speeds", options_.speeds,
       "the log is of timed steps of one training on several numbers of accelerators: fit Pollux' "
       "throughput model");
  option("--conversion", options_.conversion,
         "of a node's power supplies, power out over power in (default: 1)")
      ->check(CLI::Range(0.5, 1.0));
  option("--accelerator-power", options_.columns.accelerators,
         "of a node's CSV: the column of the watts of all its accelerators");
  option("--out", options_.out,
         "the entry's file, such as platforms/accelerators/our-a100.yaml (default: print it)");
  option("--time", options_.columns.time, "of a plain CSV: the column of the time");
  option("--power", options_.columns.power, "of a plain CSV: the column of the watts");
  option("--utilisation", options_.columns.utilisation, "of a plain CSV: the column of the utilisation");
  flag("--force", options_.force, "overwrite the file that is there");
  flag("--quiet", options_.quiet, "print nothing but errors");
}

const CalibrateOptions& CalibrateCommandLine::checked() const {
  const auto given = [&](std::string_view name) { return given_.at(std::string{name})->count() > 0; };
  std::string mistakes = repeated_log(options_.logs);
  for (const auto& [option, other, why] : conflicts)
    if (given(option) && given(other))
      mistakes += fmt::format("calibrate: error: {} and {}: {}; give one of them\n", option, other, why);
  for (const auto& [option, needed, why] : needs)
    if (given(option) && !given(needed) && !(needed == "--node" && given("--speeds")))  // that is said above
      mistakes += fmt::format("calibrate: error: {} goes with {} only ({})\n", option, needed, why);
  for (const auto& [name, text] : {std::pair{"--accelerator", options_.accelerator},
                                   {"--node", options_.node},
                                   {"--out", options_.out},
                                   {"--time", options_.columns.time},
                                   {"--power", options_.columns.power},
                                   {"--utilisation", options_.columns.utilisation},
                                   {"--accelerator-power", options_.columns.accelerators}})
    if (given(name) && text.empty()) mistakes += fmt::format("calibrate: error: {} is empty\n", name);
  if (!mistakes.empty()) throw ConfigError{mistakes};
  return options_;
}

}  // namespace campaign_sim
