// campaign-sim sensitivity SCENARIO: move inputs between two ends and say which of them the figures hang on.
#include "sim/comparison/sensitivity.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>

#include "sim/cli/cell_runner.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/data_folder.hpp"
#include "sim/cli/wording.hpp"
#include "sim/config/csv.hpp"

namespace campaign_sim {

namespace {

namespace fs = std::filesystem;

struct SensitivityOptions : ReplicateOptions {
  std::vector<std::string> inputs;  // path=low..high
  std::uint64_t samples = 0;        // of Sobol's design; 0: one input at a time only
};

// What moved the energy most, first.
void print_tornado(const fs::path& file) {
  const CsvTable table = CsvTable::load(file);
  struct Row {
    std::string text;
    double swing;
  };
  std::vector<Row> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto cell = [&](const char* column) { return table.cell(row, table.column(column)); };
    if (cell("figure") != "energy_facility_kwh") continue;
    const auto energy = [&](const char* column) {
      const auto value = number_in(cell(column));
      return value ? energy_in_words(*value) : "failed";
    };
    rows.push_back({fmt::format("  {:<36} {:>12} at {:<12} {:>12} at {}\n", cell("input"), energy("at_low"),
                                cell("low"), energy("at_high"), cell("high")),
                    std::abs(number_in(cell("swing")).value_or(0))});
  }
  std::ranges::stable_sort(rows, std::greater{}, &Row::swing);
  fmt::print("\nWhat the energy hangs on, one input at a time, largest first\n");
  for (const Row& row : rows) fmt::print("{}", row.text);
}

int sensitivity(const SensitivityOptions& options) {
  std::vector<SensitivityInput> inputs = read_inputs(options.inputs);
  std::string fixed;
  for (const SensitivityInput& input : inputs)
    fixed += set_besides(options.assignments, input.path, "--input " + input.path);
  if (!fixed.empty()) throw ConfigError{fixed};
  const fs::path file = find_scenario(options.scenario);
  const std::vector<fs::path> library = platform_library(file.string());
  const ComparisonRequest request{file, options.assignments, {}, options.seed, options.seeds, std::nullopt};
  ask_which_are_whole(inputs, request, library);
  const ComparisonPlan plan =
      plan_comparison(request, library, CAMPAIGN_SIM_VERSION, sensitivity_variants(inputs, options.samples));
  const fs::path out =
      options.out.empty() ? fs::path{"results"} / (plan.name + "-sensitivity") : fs::path{options.out};
  claim_for_comparison(out, "sensitivity");
  CellRunner runner{options, plan, out};
  const int status = runner.run();
  if (!runner.complete()) return status;

  write_sensitivity(out, inputs, options.samples, plan, runner.cells(), runner.present());
  if (!options.quiet) {
    print_tornado(out / "tornado.csv");
    fmt::print("\nWritten to {}\n", out.string());
    std::fflush(stdout);
  }
  return status;
}

}  // namespace

SubCommand sensitivity_command(CLI::App& program) {
  CLI::App* app = program.add_subcommand(
      "sensitivity", "move inputs between two ends and say which of them the figures hang on");
  auto options = std::make_shared<SensitivityOptions>();
  options->seeds = 1;
  options->keep = Keep::none;  // there are hundreds of points, and a figure of each is all that counts
  add_replicate_options(*app, *options);
  app->add_option("--input", options->inputs, "path.to.key=low..high: an input and its two ends; repeatable")
      ->required()
      ->allow_extra_args(false);
  app->add_option("--samples", options->samples,
                  "of all inputs moved at once, for Sobol's indices: samples x (inputs + 2) more points")
      ->check(CLI::Range(std::uint64_t{2}, std::uint64_t{100'000}));
  return {app, [options] { return sensitivity(*options); }};
}

}  // namespace campaign_sim
