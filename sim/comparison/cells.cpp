#include "sim/comparison/cells.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "analysis/bill/cost.hpp"
#include "analysis/finished_folder.hpp"
#include "sim/config/csv.hpp"
#include "sim/results/output_error.hpp"

namespace campaign_sim {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* mark_file = "cell.json";

// Nothing if there is none, or if it is not JSON: a cell that was cut off counts as absent.
Json read_json(const fs::path& file) {
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return Json(Json::value_t::discarded);
  std::ifstream stream{file};
  return stream ? Json::parse(stream, nullptr, false) : Json(Json::value_t::discarded);
}

std::string text(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : "";
}

double number(const Json& json, std::string_view key) {
  return json.contains(key) && json.at(key).is_number() ? json.at(key).get<double>() : std::nan("");
}

fs::path below(const fs::path& out, const PlannedVariant& variant, std::uint64_t seed) {
  return out / variant.folder / fmt::format("seed-{}", seed);
}

// Whether its files are as the run left them. One that was cut or edited since would be compared as it
// stands.
bool is_as_left(const Cell& cell) {
  try {
    FinishedFolder{cell.folder, run_folder}.expect_as_left();
    return true;
  } catch (const ResultsError&) {
    return false;
  }
}

}  // namespace

std::vector<Cell> cells_of(const ComparisonPlan& plan, const fs::path& out, Keep keep) {
  std::vector<Cell> cells;
  for (std::size_t variant = 0; variant < plan.variants.size(); ++variant)
    for (const std::uint64_t seed : plan.seeds) {
      const bool whole = keep == Keep::all || (keep == Keep::first_seeds && seed == plan.seeds.front());
      cells.push_back(
          {variant, seed, whole ? Detail::whole : Detail::compact, below(out, plan.variants[variant], seed)});
    }
  return cells;
}

CellState state_of(const Cell& cell, const PlannedVariant& variant) {
  const Json mark = read_json(cell.folder / mark_file);
  if (!mark.is_object()) return CellState::absent;
  const bool enough = cell.detail == Detail::compact || text(mark, "detail") == "whole";
  const bool is_this = text(mark, "digest") == variant.digest && enough;
  return is_this && is_as_left(cell) ? CellState::there : CellState::stale;
}

void mark_there(const Cell& cell, const PlannedVariant& variant, const std::string& version) {
  Json mark;
  mark["variant"] = variant.name;
  mark["seed"] = cell.seed;
  mark["digest"] = variant.digest;
  mark["detail"] = cell.detail == Detail::whole ? "whole" : "compact";
  mark["program"] = "campaign-sim " + version;
  const fs::path part = cell.folder / "cell.json.part";
  std::ofstream stream{part};
  stream << mark.dump(2) << '\n';
  stream.close();
  std::error_code error;
  if (stream) fs::rename(part, cell.folder / mark_file, error);
  if (!stream || error) throw OutputError{"cannot write " + (cell.folder / mark_file).string()};
}

bool take_from(const Cell& cell, const PlannedVariant& variant, const fs::path& other_out) {
  Cell other = cell;
  other.folder = below(other_out, variant, cell.seed);
  if (state_of(other, variant) != CellState::there) return false;
  std::error_code error;
  fs::remove_all(cell.folder, error);
  fs::create_directories(cell.folder.parent_path(), error);
  const fs::path part = cell.folder.string() + ".part";
  fs::remove_all(part, error);
  fs::copy(other.folder, part, fs::copy_options::recursive, error);
  if (!error) fs::rename(part, cell.folder, error);
  if (error) throw OutputError{"cannot copy " + other.folder.string() + ": " + error.message()};
  return true;
}

comparison::Replicate read_cell(const Cell& cell) {
  const fs::path summary_file = cell.folder / "summary.json";
  const Json summary = read_json(summary_file);
  if (!summary.is_object()) throw std::runtime_error{summary_file.string() + " cannot be read"};
  comparison::Replicate replicate;
  replicate.variant = cell.variant;
  replicate.seed = cell.seed;
  replicate.best = number(summary, "best_metric");
  replicate.total = {number(summary, "energy_facility_kwh"), number(summary, "co2e_operational_kg"),
                     cost([&](std::size_t part) { return number(summary, cost_parts[part]); }),
                     number(summary, "makespan_s"), number(summary, "resource_total")};
  const CsvTable table = CsvTable::load(cell.folder / "incumbent.csv");
  const std::array columns = {table.column("energy_facility_kwh"), table.column("co2e_kg"),
                              table.column("cost"), table.column("time_s"), table.column("resource")};
  const std::size_t metric = table.column("metric");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    comparison::Improvement step;
    for (std::size_t i = 0; i < columns.size(); ++i) step.spent[i] = table.number(row, columns[i]);
    step.metric = table.number(row, metric);
    replicate.improvements.push_back(step);
  }
  return replicate;
}

}  // namespace campaign_sim
