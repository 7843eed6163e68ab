#include "analysis/bill/finished_campaign.hpp"

#include <fmt/format.h>

#include "analysis/bill/results_csv.hpp"
#include "sim/config/csv.hpp"

namespace campaign_sim {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

void expect_ledger(const FinishedFolder& folder) {
  for (const char* name : {"summary.json", "trials.csv", "incumbent.csv", "segments.csv"}) {
    std::error_code ignored;
    if (!fs::exists(folder.path() / name, ignored))
      throw ResultsError{
          fmt::format("{} is missing; the folder of a run is billed as a whole (a run with "
                      "--only-summary leaves no ledger to bill)",
                      (folder.path() / name).string())};
  }
}

std::vector<std::string> read_statuses(const FinishedCampaign& campaign) {
  std::vector<std::string> statuses;
  campaign.read("trials.csv", [&](ResultsCsv& csv) {
    const std::size_t status = csv.column("status");
    while (csv.next()) statuses.emplace_back(csv.text(status));
  });
  return statuses;
}

BillOutcome read_outcome(const FinishedCampaign& campaign) {
  BillOutcome outcome;
  outcome.makespan_s = campaign.folder.json("summary.json").at("makespan_s").get<double>();
  outcome.statuses = read_statuses(campaign);
  const CsvTable incumbents = CsvTable::load(campaign.folder.path() / "incumbent.csv");
  if (incumbents.rows() == 0) return outcome;
  const std::size_t last = incumbents.rows() - 1;
  outcome.first_metric = incumbents.number(0, incumbents.column("metric"));
  outcome.best_metric = incumbents.number(last, incumbents.column("metric"));
  outcome.best_trial = static_cast<std::uint32_t>(incumbents.number(last, incumbents.column("trial")));
  return outcome;
}

std::vector<Sourced> read_inputs(const Json& manifest) {
  std::vector<Sourced> inputs;
  for (const Json& input : manifest.at("inputs")) {
    const auto path = input.at("path").get<std::string>();
    if (!input.contains("number") && !input.contains("source")) continue;
    const std::string unsaid =
        input.contains("default") ? "a default of the program" : "given by the user, without a source";
    inputs.push_back({path, input.at("value").get<std::string>(), input.value("source", unsaid)});
  }
  return inputs;
}

}  // namespace

void FinishedCampaign::read(const std::string& file, const std::function<void(ResultsCsv&)>& take) const {
  folder.expect_file(file);
  ResultsCsv csv{folder.path() / file};
  try {
    csv.read_header();
    take(csv);
  } catch (...) {
    folder.expect_checksum(file, csv.checksum());
    throw;
  }
  folder.expect_checksum(file, csv.checksum());
}

FinishedCampaign read_finished(const fs::path& path) {
  std::error_code ignored;
  if (fs::exists(path / comparison_folder.description, ignored))
    throw ResultsError{
        fmt::format("{} holds a comparison; bill one of its runs, a folder in it", path.string())};
  FinishedCampaign campaign{FinishedFolder{path, run_folder}, {}, {}, {}, {}, {}};
  try {
    const Json& manifest = campaign.folder.description();
    expect_ledger(campaign.folder);
    campaign.folder.expect_as_left({"segments.csv", "trials.csv"});  // those are checked as they are read
    campaign.program = manifest.at("program").get<std::string>();
    campaign.resolved_scenario = manifest.at("resolved_scenario").get<std::string>();
    if (manifest.contains("traces"))
      for (const auto& [key, file] : manifest.at("traces").items())
        campaign.traces[key] = file.get<std::string>();
    campaign.inputs = read_inputs(manifest);
    campaign.outcome = read_outcome(campaign);
    return campaign;
  } catch (const Json::exception& problem) {
    campaign.folder.fail(problem);
  } catch (const CsvError& csv_error) {
    throw ResultsError{csv_error.what()};
  }
}

}  // namespace campaign_sim
