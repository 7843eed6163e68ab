#include "analysis/bill/finished_campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "analysis/bill/results_csv.hpp"
#include "sim/config/csv.hpp"

namespace campaign_sim {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

void expect_file(const fs::path& file) {
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored))
    throw ResultsError{
        fmt::format("{} is missing; the folder of a run is billed as a whole (a run with "
                    "--only-summary leaves no ledger to bill)",
                    file.string())};
}

std::string whole_file(const fs::path& file) {
  expect_file(file);
  std::error_code error;
  std::ifstream stream{file, std::ios::binary};
  std::string text(fs::file_size(file, error), '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream || error) throw ResultsError{fmt::format("{} cannot be read", file.string())};
  return text;
}

Json parse_json(const fs::path& file) {
  const std::string text = whole_file(file);
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object())
    throw ResultsError{
        fmt::format("{} is not JSON (truncated or edited?); run the scenario again", file.string())};
  return json;
}

std::map<std::string, std::string> read_sums(const fs::path& folder, const Json& manifest) {
  std::map<std::string, std::string> sums;
  for (const auto& [name, sum] : manifest.at("crc32").items()) {
    if (fs::path{name}.filename() != name)  // a name of ours is no path
      throw ResultsError{
          fmt::format("{}: its manifest names '{}', which is no file of a run", folder.string(), name)};
    sums[name] = sum.get<std::string>();
  }
  return sums;
}

void expect_checksum(const FinishedCampaign& campaign, const std::string& file, const std::string& found) {
  const auto sum = campaign.checksums.find(file);
  if (sum == campaign.checksums.end())
    throw ResultsError{fmt::format("{}: its manifest has no checksum of {}; run the scenario again",
                                   campaign.folder.string(), file)};
  if (found == sum->second) return;
  throw ResultsError{
      fmt::format("{} is not as the run left it (its checksum is {}, the manifest says {}): truncated or "
                  "edited; run the scenario again",
                  (campaign.folder / file).string(), found, sum->second)};
}

// Those that are read row by row are checked when they are.
void check_sums(const FinishedCampaign& campaign) {
  for (const auto& [name, sum] : campaign.checksums) {
    if (name == "segments.csv" || name == "trials.csv") continue;
    expect_file(campaign.folder / name);
    const auto found = checksum_of(campaign.folder / name);
    if (!found) throw ResultsError{fmt::format("{} cannot be read", (campaign.folder / name).string())};
    expect_checksum(campaign, name, *found);
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
  const fs::path& folder = campaign.folder;
  BillOutcome outcome;
  outcome.makespan_s = parse_json(folder / "summary.json").at("makespan_s").get<double>();
  outcome.statuses = read_statuses(campaign);
  const CsvTable incumbents = CsvTable::load(folder / "incumbent.csv");
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
    if (!input.contains("number") && !input.contains("source")) continue;
    const std::string unsaid =
        input.contains("default") ? "a default of the program" : "given by the user, without a source";
    inputs.push_back({input.at("path").get<std::string>(), input.at("value").get<std::string>(),
                      input.value("source", unsaid)});
  }
  return inputs;
}

}  // namespace

void FinishedCampaign::read(const std::string& file, const std::function<void(ResultsCsv&)>& take) const {
  ResultsCsv csv{folder / file};
  try {
    csv.read_header();
    take(csv);
  } catch (...) {
    expect_checksum(*this, file, csv.checksum());
    throw;
  }
  expect_checksum(*this, file, csv.checksum());
}

FinishedCampaign read_finished(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder / "manifest.json", error))
    throw ResultsError{
        fmt::format("{} is not a folder of results (it has no manifest.json); give the --out of "
                    "a run",
                    folder.string())};
  try {
    const Json manifest = parse_json(folder / "manifest.json");
    FinishedCampaign campaign;
    campaign.folder = folder;
    campaign.program = manifest.at("program").get<std::string>();
    const int format = manifest.at("results_format").get<int>();
    if (format != results_format)
      throw ResultsError{
          fmt::format("{} has results of format {} ({}), and this program bills format {}; run the "
                      "scenario again",
                      folder.string(), format, campaign.program, results_format)};
    for (const char* name : {"summary.json", "trials.csv", "incumbent.csv", "segments.csv"})
      expect_file(folder / name);
    campaign.checksums = read_sums(folder, manifest);
    check_sums(campaign);
    campaign.resolved_scenario = manifest.at("resolved_scenario").get<std::string>();
    if (manifest.contains("traces"))
      for (const auto& [key, file] : manifest.at("traces").items())
        campaign.traces[key] = file.get<std::string>();
    campaign.inputs = read_inputs(manifest);
    campaign.outcome = read_outcome(campaign);
    return campaign;
  } catch (const Json::exception&) {
    throw ResultsError{
        fmt::format("{}: its manifest.json or summary.json lacks what a run of this version writes; "
                    "run the scenario again",
                    folder.string())};
  } catch (const CsvError& csv_error) {
    throw ResultsError{csv_error.what()};
  }
}

}  // namespace campaign_sim
