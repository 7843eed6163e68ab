// Real configurations with their real results, replayed from CSV files.
//
// A configuration stands for one recorded run, found by its values (`match: exact`), by the nearest ones
// (`nearest`) or by number (`row`). Its metric is the recorded learning curve; without one, the final
// result from the start. Runs that were recorded several times are a mistake unless the scenario says
// which of them counts: `repeats: first`, or `repeats: draw` (one by seed and configuration).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/config/csv.hpp"
#include "sim/config/reader.hpp"
#include "sim/core/random.hpp"
#include "sim/workload/draw.hpp"
#include "sim/workload/recorded_runs.hpp"
#include "sim/workload/registry.hpp"
#include "sim/workload/run_finder.hpp"

namespace campaign_sim {

namespace {

// What one recorded run cost and learnt.
struct RecordedRun {
  Seconds per_unit{};
  std::optional<Watts> power;
  RecordedCurve curve;
};

class Table final : public Workload {
 public:
  Table(TrainingCost cost, std::vector<RecordedRun> runs, std::vector<std::vector<std::size_t>> groups,
        std::unique_ptr<RunFinder> finder, std::uint64_t seed)
      : cost_{cost},
        runs_{std::move(runs)},
        groups_{std::move(groups)},
        finder_{std::move(finder)},
        seed_{seed} {}

  std::optional<TrainingCost> cost(const Configuration& configuration, const Device& device) const override {
    const RecordedRun* run = run_of(configuration);
    if (!run || cost_.memory > device.memory) return std::nullopt;
    TrainingCost cost = cost_;
    cost.per_unit = run->per_unit;
    if (run->power) cost.training.watts = run->power;
    return cost;
  }

  double metric(const Configuration& configuration, Resource resource) const override {
    const RecordedRun* run = run_of(configuration);
    return run ? run->curve.at(resource) : std::nan("");
  }

 private:
  const RecordedRun* run_of(const Configuration& configuration) const {
    const auto found = finder_->group_of(configuration);
    if (!found) return nullptr;
    const auto& group = groups_[*found];
    if (group.size() == 1) return &runs_[group.front()];
    return &runs_[group[RandomStream{seed_, Purpose::curve, digest(configuration)}.below(group.size(), 0)]];
  }

  TrainingCost cost_;
  std::vector<RecordedRun> runs_;
  std::vector<std::vector<std::size_t>> groups_;  // equal runs
  std::unique_ptr<RunFinder> finder_;
  std::uint64_t seed_;
};

// A relative name is relative to the scenario; if nothing is there, to the current folder, as a name on the
// command line would be.
CsvTable load_table(const std::filesystem::path& name, const std::filesystem::path& folder) {
  std::error_code error;
  const auto beside_scenario = folder / name;
  return CsvTable::load(std::filesystem::exists(beside_scenario, error) ? beside_scenario : name);
}

std::vector<std::size_t> read_rows(Reader& workload, const CsvTable& table) {
  std::vector<RowFilter> filters;
  Reader where = workload.section_or_empty("where");
  for (const std::string& key : where.keys()) {
    const std::string text = where.text(key);
    const auto column = table.find(key);
    if (!column)
      where.reject(key, fmt::format("the table has no column '{}'; there are: {}", key,
                                    fmt::join(table.columns(), ", ")));
    if (column) filters.push_back({*column, text});
  }
  auto rows = rows_where(table, filters);
  if (rows.empty())
    workload.reject(workload.has("where") ? "where" : "table", "no row of the table is left to replay");
  return rows;
}

std::vector<RecordedCurve> read_curves(Reader& workload, const CsvTable& table,
                                       const std::vector<std::size_t>& rows, const WorkloadProblem& problem) {
  if (workload.has("curves")) {
    if (workload.has("metric"))
      workload.reject("metric",
                      "the metric is a column of the curves (`curves: {metric: …}`); remove this one");
    Reader curves = workload.section("curves");
    const std::string file = curves.text("file");
    const std::string id = curves.text("id");
    const std::string resource = curves.text("resource");
    const std::string metric = curves.text("metric");
    if (!curves.ok()) return {};
    try {
      const CsvTable points = load_table(file, problem.folder);
      return join_curves(table, rows, table.column(id), points, points.column(id), points.column(resource),
                         points.column(metric));
    } catch (const CsvError& error) {
      curves.reject("file", error.what());
      return {};
    }
  }
  const std::string metric = workload.text("metric");
  if (!workload.ok()) return {};
  const std::size_t column = table.column(metric);
  std::vector<RecordedCurve> results;
  for (const std::size_t row : rows) results.push_back({{{problem.max_resource, table.number(row, column)}}});
  return results;
}

// A column of positive numbers.
std::vector<double> read_column(const CsvTable& table, const std::vector<std::size_t>& rows,
                                const std::string& name) {
  const std::size_t column = table.column(name);
  std::vector<double> values;
  for (const std::size_t row : rows) {
    values.push_back(table.number(row, column));
    if (!std::isfinite(values.back()) || values.back() <= 0)
      throw CsvError{
          fmt::format("{}: '{}' is {} (it must be more than 0)", table.place(row), name, values.back())};
  }
  return values;
}

// Seconds per unit of resource of each row.
std::vector<double> read_times(Reader& workload, const CsvTable& table, const std::vector<std::size_t>& rows,
                               const WorkloadProblem& problem) {
  constexpr auto ways =
      std::to_array<std::string_view>({"seconds_per_unit", "seconds_per_unit_column", "seconds_column"});
  if (std::ranges::count_if(ways, [&](std::string_view way) { return workload.has(way); }) != 1) {
    workload.reject("",
                    "the time of a run is one of 'seconds_per_unit', 'seconds_per_unit_column' and "
                    "'seconds_column' (of a complete trial); give exactly one");
  }
  if (workload.has("seconds_per_unit"))
    return std::vector<double>(rows.size(),
                               workload.quantity<Seconds>("seconds_per_unit", more_than(0)).base());
  if (workload.has("seconds_per_unit_column"))
    return read_column(table, rows, workload.text("seconds_per_unit_column"));
  if (!workload.has("seconds_column")) return std::vector<double>(rows.size(), 1);
  std::vector<double> whole = read_column(table, rows, workload.text("seconds_column"));
  for (double& seconds : whole) seconds /= problem.max_resource;
  return whole;
}

std::vector<RecordedRun> read_runs(Reader& workload, const CsvTable& table,
                                   const std::vector<std::size_t>& rows, const WorkloadProblem& problem) {
  std::vector<RecordedCurve> curves = read_curves(workload, table, rows, problem);
  const std::vector<double> times = read_times(workload, table, rows, problem);
  std::vector<double> watts;
  if (workload.has("power_column")) watts = read_column(table, rows, workload.text("power_column"));
  if (!workload.ok()) return {};
  std::vector<RecordedRun> runs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    RecordedRun run{Seconds{times[i]}, std::nullopt, std::move(curves[i])};
    if (!watts.empty()) run.power = Watts{watts[i]};
    runs.push_back(std::move(run));
  }
  return runs;
}

struct Matching {
  std::vector<std::vector<std::size_t>> groups;
  std::unique_ptr<RunFinder> finder;
};

// The column of each parameter of the space: the one of its name, or what `parameters` says, in their order.
std::vector<std::size_t> read_parameter_columns(Reader& workload, const CsvTable& table, const Space& space) {
  std::vector<std::string> names;
  if (workload.has("parameters"))
    names = workload.texts("parameters");
  else
    for (const Parameter& parameter : space.parameters) names.push_back(parameter.name);
  if (names.size() != space.size()) {
    workload.reject("parameters",
                    fmt::format("{} columns for {} parameters of the space; name one for each, in the "
                                "order of the space",
                                names.size(), space.size()));
    return {};
  }
  std::vector<std::size_t> columns;
  for (const std::string& name : names) columns.push_back(table.column(name));
  return columns;
}

Matching match_by_number(Reader& workload, std::size_t runs, const Space& space) {
  const auto row = space.find("row");
  const bool fits = row && space.parameters[*row].kind == ParameterKind::integer &&
                    space.parameters[*row].low >= 1 &&
                    space.parameters[*row].high <= static_cast<double>(runs) && !space.parameters[*row].when;
  if (!fits) {
    workload.reject(
        "match", fmt::format("`match: row` needs an integer parameter 'row' of the space within 1 … {0} (the "
                             "rows replayed); write `space: {{row: {{int: [1, {0}]}}}}`",
                             runs));
    return {};
  }
  Matching matching;
  for (std::size_t i = 0; i < runs; ++i) matching.groups.push_back({i});
  matching.finder = make_numbered_finder(*row);
  return matching;
}

// Equal runs, after the scenario's word on repeated ones.
std::vector<std::vector<std::size_t>> read_groups(Reader& workload, const CsvTable& table,
                                                  const std::vector<std::size_t>& rows, const Space& space,
                                                  const std::vector<EncodedRun>& encoded,
                                                  const std::vector<std::size_t>& usable) {
  constexpr auto rules = std::to_array<std::string_view>({"reject", "first", "draw"});
  const std::string repeats = workload.one_of_or("repeats", "reject", rules);
  auto groups = groups_of_equals(space, encoded);
  for (auto& group : groups) {
    for (std::size_t& member : group) member = usable[member];
    if (group.size() > 1 && repeats == "reject") {
      workload.reject(
          "table",
          fmt::format("{} and {} have the same parameters; add the column that tells them apart to the "
                      "space, choose with `where`, or say `repeats: first` or `repeats: draw`",
                      table.place(rows[group[0]]), table.place(rows[group[1]])));
      return groups;
    }
    if (repeats == "first") group.resize(1);
  }
  return groups;
}

Matching match_by_values(Reader& workload, const CsvTable& table, const std::vector<std::size_t>& rows,
                         const Space& space, bool exactly) {
  constexpr std::size_t most_checked = 1000000;
  const std::vector<std::size_t> columns = read_parameter_columns(workload, table, space);
  if (!workload.ok()) return {};
  std::vector<EncodedRun> encoded;
  std::vector<std::size_t> usable;  // rows whose values the space has
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EncodedRun run;
    for (std::size_t p = 0; p < columns.size(); ++p)
      if (const auto value = encoded_cell(space.parameters[p], table.cell(rows[i], columns[p])))
        run.push_back(*value);
    if (run.size() != columns.size()) continue;
    encoded.push_back(std::move(run));
    usable.push_back(i);
  }
  if (usable.empty()) {
    workload.reject("table", "no row of the table lies in the space; compare its values with the space's");
    return {};
  }
  Matching matching;
  matching.groups = read_groups(workload, table, rows, space, encoded, usable);
  std::vector<EncodedRun> firsts;
  for (const auto& group : matching.groups)
    firsts.push_back(
        encoded[static_cast<std::size_t>(std::ranges::find(usable, group.front()) - usable.begin())]);
  if (!exactly) {
    matching.finder = make_nearest_finder(space, std::move(firsts));
    return matching;
  }
  matching.finder = make_exact_finder(space, firsts);
  for (const Parameter& p : space.parameters)
    if (p.kind == ParameterKind::real && p.step <= 0)
      workload.reject(
          "match",
          fmt::format("`match: exact` needs parameters with a list of values, and '{}' is any number "
                      "in a range; make it a choice, or say `match: nearest`",
                      p.name));
  if (const auto missing = configuration_without_run(space, *matching.finder, most_checked);
      missing && workload.ok()) {
    std::string words;
    for (std::size_t i = 0; i < space.size(); ++i)
      words += fmt::format("{}{}: {}", i ? ", " : "", space.parameters[i].name,
                           text_of(space.parameters[i], missing->values[i]));
    workload.reject(
        "match",
        fmt::format("the table has no run with {{{}}}; make the space smaller, or say `match: nearest` "
                    "or `match: row`",
                    words));
  }
  return matching;
}

Matching read_matching(Reader& workload, const CsvTable& table, const std::vector<std::size_t>& rows,
                       const Space& space) {
  constexpr auto ways = std::to_array<std::string_view>({"exact", "nearest", "row"});
  const std::string match = workload.one_of_or("match", "exact", ways);
  if (match == "row") return match_by_number(workload, rows.size(), space);
  return match_by_values(workload, table, rows, space, match == "exact");
}

std::unique_ptr<Workload> read_table(Reader& workload, const WorkloadProblem& problem,
                                     const TrainingCost& cost, const std::string& file) {
  const CsvTable table = load_table(file, problem.folder);
  const std::vector<std::size_t> rows = read_rows(workload, table);
  std::vector<RecordedRun> runs = read_runs(workload, table, rows, problem);
  Matching matching = read_matching(workload, table, rows, problem.space);
  if (!workload.ok()) return nullptr;
  return std::make_unique<Table>(cost, std::move(runs), std::move(matching.groups),
                                 std::move(matching.finder), problem.seed);
}

// What the reader gets for a section with mistakes: never run.
class NoRuns final : public Workload {
 public:
  std::optional<TrainingCost> cost(const Configuration&, const Device&) const override {
    return std::nullopt;
  }
  double metric(const Configuration&, Resource) const override { return std::nan(""); }
};

}  // namespace

std::unique_ptr<Workload> make_table(Reader& workload, const WorkloadProblem& problem) {
  TrainingCost cost;
  cost.accelerators = static_cast<int>(workload.integer_or("accelerators", 1, between(1, 1e6)));
  cost.start_up = workload.quantity_or<Seconds>("start_up", Seconds{0}, at_least(0));
  cost.training = read_draw(workload);
  cost.memory = workload.quantity_or<Bytes>("memory", Bytes{0}, at_least(0));
  cost.checkpoint = workload.quantity_or<Bytes>("checkpoint", Bytes{0}, at_least(0));
  const std::string file = workload.text("table");
  try {
    if (!file.empty())
      if (auto made = read_table(workload, problem, cost, file)) return made;
  } catch (const CsvError& error) {
    workload.reject("table", error.what());
  }
  return std::make_unique<NoRuns>();
}

}  // namespace campaign_sim
