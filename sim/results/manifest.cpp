#include "sim/results/manifest.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "analysis/finished_folder.hpp"

namespace campaign_sim {

namespace {

std::string_view name(Mark mark) {
  static constexpr std::array<std::string_view, 6> names = {"",          "measured", "datasheet",
                                                            "published", "assumed",  "calibrated"};
  return names[static_cast<std::size_t>(mark)];
}

}  // namespace

void write_manifest(const ResultsFolder& folder, const Scenario& scenario, const CampaignResult& result,
                    const Origin& origin, const FileSums& sums,
                    const std::map<std::string, std::string>& traces) {
  nlohmann::ordered_json manifest;
  manifest["program"] = "campaign-sim " + origin.version;
  manifest["engine"] = origin.engine;
  manifest[run_folder.format_key] = run_folder.format;
  manifest["command"] = origin.command;
  manifest["scenario"] = scenario.name;
  manifest["scenario_file"] = scenario.file.generic_string();
  manifest["seed"] = scenario.seed;
  manifest["strategy"] = scenario.strategy_name;
  if (!scenario.strategy_variant.empty()) manifest["strategy_variant"] = scenario.strategy_variant;
  if (!scenario.sampler_name.empty()) manifest["sampler"] = scenario.sampler_name;
  manifest["ended_by"] = result.ended_by;
  manifest["partial"] = result.partial();
  manifest["ledger_energy_error"] = result.closure.energy_error;
  manifest["ledger_time_error"] = result.closure.time_error;
  for (const auto& [file, sum] : sums) manifest["crc32"][file] = sum;
  if (!traces.empty()) manifest["traces"] = traces;
  manifest["inputs"] = nlohmann::ordered_json::array();
  for (const Input& input : scenario.inputs) {
    nlohmann::ordered_json entry = {{"path", input.path}, {"value", input.value}};
    if (input.is_number) entry["number"] = true;
    if (input.mark != Mark::unmarked) entry["mark"] = name(input.mark);
    if (!input.source.empty()) entry["source"] = input.source;
    if (input.is_default) entry["default"] = true;
    manifest["inputs"].push_back(std::move(entry));
  }
  manifest["resolved_scenario"] = scenario.resolved;
  // Names of files need not be UTF-8; JSON is.
  folder.write("manifest.json",
               manifest.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

}  // namespace campaign_sim
