#include "analysis/bill/finished_campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/crc.hpp>
#include <charconv>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

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

std::string crc32_of(const std::string& text) {
  boost::crc_32_type crc;
  crc.process_bytes(text.data(), text.size());
  return fmt::format("{:08x}", crc.checksum());
}

Json parse_json(const fs::path& file) {
  const std::string text = whole_file(file);
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object())
    throw ResultsError{
        fmt::format("{} is not JSON (truncated or edited?); run the scenario again", file.string())};
  return json;
}

void check_sums(const fs::path& folder, const Json& manifest) {
  for (const auto& [name, sum] : manifest.at("crc32").items()) {
    if (fs::path{name}.filename() != name)  // a name of ours is no path
      throw ResultsError{
          fmt::format("{}: its manifest names '{}', which is no file of a run", folder.string(), name)};
    const std::string found = crc32_of(whole_file(folder / name));
    if (found != sum.get<std::string>())
      throw ResultsError{
          fmt::format("{} is not as the run left it (its checksum is {}, the manifest says {}): "
                      "truncated or edited; run the scenario again",
                      (folder / name).string(), found, sum.get<std::string>())};
  }
}

BillOutcome read_outcome(const fs::path& folder) {
  for (const char* name : {"summary.json", "trials.csv", "incumbent.csv", "segments.csv"})
    expect_file(folder / name);
  BillOutcome outcome;
  outcome.makespan_s = parse_json(folder / "summary.json").at("makespan_s").get<double>();
  const CsvTable trials = CsvTable::load(folder / "trials.csv");
  for (std::size_t row = 0; row < trials.rows(); ++row)
    outcome.statuses.push_back(trials.cell(row, trials.column("status")));
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
    const auto value = input.at("value").get<std::string>();
    const bool is_number = !value.empty() && value.front() >= '0' && value.front() <= '9';
    if (!is_number && !input.contains("source")) continue;
    const std::string unsaid =
        input.contains("default") ? "a default of the program" : "given by the user, without a source";
    inputs.push_back({input.at("path").get<std::string>(), value, input.value("source", unsaid)});
  }
  return inputs;
}

// The ledger is read without CsvTable: a million rows should take a second, not ten.
class LedgerScanner {
 public:
  LedgerScanner(const std::string& text, std::string name) : text_{text}, name_{std::move(name)} {}

  std::vector<std::string_view> header() {
    next_line();
    std::vector<std::string_view> names(cells_.begin(), cells_.end());
    return names;
  }
  bool next_line() {
    if (position_ >= text_.size()) return false;
    ++line_;
    const std::size_t end = text_.find('\n', position_);
    if (end == std::string::npos) fail("the last line has no end; the file was cut short");
    std::string_view line{text_.data() + position_, end - position_};
    position_ = end + 1;
    cells_.clear();
    for (;;) {
      const std::size_t comma = line.find(',');
      cells_.push_back(line.substr(0, comma));
      if (comma == std::string_view::npos) return true;
      line.remove_prefix(comma + 1);
    }
  }
  std::size_t cells() const { return cells_.size(); }
  std::string_view text(std::size_t column) const { return cells_[column]; }

  template <class Number>
  Number number(std::size_t column) const {
    const std::string_view cell = cells_[column];
    Number value{};
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc{} || end != cell.data() + cell.size())
      fail(fmt::format("'{}' is not a number", cell));
    return value;
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw ResultsError{fmt::format("{}:{}: {}", name_, line_, what)};
  }

 private:
  const std::string& text_;
  std::string name_;
  std::size_t position_ = 0;
  std::size_t line_ = 0;
  std::vector<std::string_view> cells_;
};

std::optional<Cause> cause_named(std::string_view name) {
  const auto found = std::ranges::find(cause_names, name);
  if (found == cause_names.end()) return std::nullopt;
  return static_cast<Cause>(found - cause_names.begin());
}

}  // namespace

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
    check_sums(folder, manifest);
    campaign.resolved_scenario = manifest.at("resolved_scenario").get<std::string>();
    if (manifest.contains("traces"))
      for (const auto& [key, file] : manifest.at("traces").items())
        campaign.traces[key] = file.get<std::string>();
    campaign.inputs = read_inputs(manifest);
    campaign.outcome = read_outcome(folder);
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

void read_ledger(const fs::path& folder, const std::vector<std::string>& clusters,
                 const std::function<void(const UseRow&)>& take) {
  const fs::path file = folder / "segments.csv";
  const std::string text = whole_file(file);
  LedgerScanner scan{text, file.string()};
  const std::vector<std::string_view> header = scan.header();
  const auto column = [&](std::string_view name) {
    const auto found = std::ranges::find(header, name);
    if (found == header.end()) scan.fail(fmt::format("no column '{}'", name));
    return static_cast<std::size_t>(found - header.begin());
  };
  const std::size_t trial = column("trial");
  const std::size_t cause = column("cause");
  const std::size_t from = column("from_resource");
  const std::size_t to = column("to_resource");
  const std::size_t start = column("start_s");
  const std::size_t end = column("end_s");
  const std::size_t accelerators = column("accelerators");
  const std::size_t energy = column("energy_j");
  const std::size_t cluster = column("cluster");
  while (scan.next_line()) {
    if (scan.cells() != header.size())
      scan.fail(fmt::format("{} cells, but the header has {}", scan.cells(), header.size()));
    UseRow row;
    const auto named = cause_named(scan.text(cause));
    if (!named) scan.fail(fmt::format("'{}' is no cause", scan.text(cause)));
    row.cause = *named;
    if (!scan.text(trial).empty()) row.trial = scan.number<std::uint32_t>(trial);
    row.start_s = scan.number<double>(start);
    row.end_s = scan.number<double>(end);
    row.accelerators = scan.number<std::uint32_t>(accelerators);
    row.energy_j = scan.number<double>(energy);
    if (row.trial && row.cause == Cause::train)
      row.resource = scan.number<double>(to) - scan.number<double>(from);
    const auto found = std::ranges::find(clusters, scan.text(cluster));
    if (found == clusters.end())
      scan.fail(fmt::format("the scenario has no cluster '{}'", scan.text(cluster)));
    row.cluster = static_cast<std::uint32_t>(found - clusters.begin());
    take(row);
  }
}

}  // namespace campaign_sim
