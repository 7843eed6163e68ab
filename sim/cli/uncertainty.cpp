#include "sim/cli/uncertainty.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "sim/cli/cell_runner.hpp"
#include "sim/cli/data_folder.hpp"
#include "sim/cli/exit_status.hpp"
#include "sim/cli/wording.hpp"
#include "sim/comparison/uncertainty.hpp"

namespace campaign_sim {

namespace {

using Json = nlohmann::ordered_json;

constexpr double well_explained = 0.7;  // less, and the shares leave out too much to be believed

ReplicateOptions as_replicates(const RunOptions& options) {
  ReplicateOptions replicates;
  static_cast<ScenarioOptions&>(replicates) = options;
  replicates.seeds = 1;
  replicates.jobs = options.jobs;
  replicates.keep = Keep::none;
  replicates.quiet = true;
  return replicates;
}

struct Row {
  std::string_view figure;
  std::string_view label;
  std::string (*words)(double);
};
constexpr std::array<Row, 5> rows = {{{"energy_facility_kwh", "energy", energy_in_words},
                                      {"co2e_operational_kg", "CO2e, operational", mass_in_words},
                                      {"cost", "cost", in_words},
                                      {"makespan_s", "duration", duration_in_words},
                                      {"best_metric", "best metric", in_words}}};

// "most by workload.power (83 %)", or why nobody can say.
std::string who_is_to_blame(const Json& inputs, const Json& figure) {
  if (figure.at("samples") == 1) return "a single run does not show how far it may lie";
  const Json& shares = figure.at("shares");
  if (figure.at("p5") == figure.at("p95") || shares.empty()) return "no input moves it";
  if (shares.front().is_null()) return "too few samples to tell the inputs apart";
  const auto most =
      std::ranges::max_element(shares, {}, [](const Json& share) { return share.get<double>(); });
  const Json& input = inputs.at(static_cast<std::size_t>(most - shares.begin()));
  const double explained = figure.at("explained").get<double>();
  std::string text = fmt::format("most by {} ({:.0f} %)", input.at("keys").front().get<std::string>(),
                                 100 * most->get<double>());
  if (explained < well_explained)
    text += fmt::format("; ranks explain only {:.0f} %", 100 * std::max(0.0, explained));
  return text;
}

}  // namespace

UncertaintyRun run_over_ranges(const RunOptions& options, const Scenario& scenario,
                               const std::filesystem::path& scratch, const std::filesystem::path& csv) {
  const std::vector<UncertainInput> inputs = uncertain_inputs(scenario.inputs);
  if (inputs.empty() || options.samples == 0) return {};
  const Draws draws = draw_inputs(inputs, options.samples);
  const std::filesystem::path file = find_scenario(options.scenario);
  const ComparisonPlan plan =
      plan_comparison({file, options.assignments, {}, options.seed, 1, std::nullopt}, platform_library(file),
                      CAMPAIGN_SIM_VERSION, drawn_variants(inputs, draws, options.variant));
  if (!options.quiet)
    fmt::print(stderr, "{} over the range of {} (--uncertainty 0: none)\n",
               counted(static_cast<double>(draws.size()), "run"),
               counted(static_cast<double>(inputs.size()), "input"));
  const ReplicateOptions replicates = as_replicates(options);
  CellRunner runner{replicates, plan, scratch};
  UncertaintyRun result;
  result.status = runner.run();
  if (result.status != interrupted_status) {
    const std::vector<Figures> figures = figures_of(plan, runner.cells(), runner.present());
    result.summary = uncertainty_json(inputs, draws, figures);
    if (!csv.empty()) write_samples(csv, inputs, draws, figures);
  }
  std::error_code ignored;
  std::filesystem::remove_all(scratch, ignored);
  return result;
}

std::string uncertainty_table(const Json& summary) {
  const Json& all = summary.at("uncertainty");
  const auto failed = all.at("samples_failed").get<std::size_t>();
  std::string text = fmt::format("\nWhat it may be, given the ranges of {} (5 % to 95 % of {}{})\n",
                                 counted(static_cast<double>(all.at("inputs").size()), "input"),
                                 counted(all.at("samples").get<double>(), "run"),
                                 failed > 0 ? fmt::format("; {} failed", failed) : std::string{});
  for (const Row& row : rows) {
    const auto found = all.at("figures").find(std::string{row.figure});
    if (found == all.at("figures").end()) continue;
    if (row.figure == "best_metric" && found->at("p5") == found->at("p95")) continue;
    const auto words = [&](const char* key) { return row.words(found->at(key).get<double>()); };
    const std::string unit =
        row.figure == "cost" ? fmt::format(" {}", summary.at("currency").get<std::string>()) : "";
    const auto without =
        all.at("samples").get<std::size_t>() - failed - found->at("samples").get<std::size_t>();
    text += fmt::format("  {:<22}{} to {}{}, median {}; {}{}\n", row.label, words("p5"), words("p95"), unit,
                        words("p50"), who_is_to_blame(all.at("inputs"), *found),
                        without > 0
                            ? fmt::format("; {} without one", counted(static_cast<double>(without), "run"))
                            : std::string{});
  }
  return text;
}

}  // namespace campaign_sim
