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

  std::string_view metric_basis() const override { return "recorded learning curves"; }

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

// The section as it was written. All of it is read before a file is opened, so that a mistake in a file
// does not hide mistakes in the section.
struct Options {
  std::string table;
  std::vector<std::pair<std::string, std::string>> where;
  std::optional<std::vector<std::string>> parameters;
  std::optional<std::string> metric;
  struct Curves {
    std::string file, id, resource, metric;
  };
  std::optional<Curves> curves;
  std::string match, repeats;
  std::optional<Seconds> seconds_per_unit;
  std::optional<std::string> seconds_per_unit_column, seconds_column, power_column;
};

Options read_options(Reader& workload) {
  constexpr auto ways = std::to_array<std::string_view>({"exact", "nearest", "row"});
  constexpr auto rules = std::to_array<std::string_view>({"reject", "first", "draw"});
  constexpr auto times =
      std::to_array<std::string_view>({"seconds_per_unit", "seconds_per_unit_column", "seconds_column"});
  const auto text_if_given = [&](std::string_view key) {
    return workload.has(key) ? std::optional{workload.text(key)} : std::nullopt;
  };
  Options o;
  o.table = workload.text("table");
  Reader where = workload.section_or_empty("where");
  for (const std::string& key : where.keys()) o.where.emplace_back(key, where.text(key));
  if (workload.has("parameters")) o.parameters = workload.texts("parameters");
  if (workload.has("curves")) {
    Reader curves = workload.section("curves");
    o.curves = {curves.text("file"), curves.text("id"), curves.text("resource"), curves.text("metric")};
    if (workload.has("metric"))
      workload.reject("metric",
                      "the metric is a column of the curves (`curves: {metric: …}`); remove this one");
  } else {
    o.metric = workload.text("metric");
  }
  o.match = workload.one_of_or("match", "exact", ways);
  o.repeats = workload.one_of_or("repeats", "reject", rules);
  if (std::ranges::count_if(times, [&](std::string_view key) { return workload.has(key); }) != 1)
    workload.reject(
        "",
        "the time of a run is one of 'seconds_per_unit', 'seconds_per_unit_column' and 'seconds_column' "
        "(of a complete trial); give exactly one");
  if (workload.has("seconds_per_unit"))
    o.seconds_per_unit = workload.quantity<Seconds>("seconds_per_unit", more_than(0));
  o.seconds_per_unit_column = text_if_given("seconds_per_unit_column");
  o.seconds_column = text_if_given("seconds_column");
  o.power_column = text_if_given("power_column");
  if (workload.has("power_column") && workload.has("power"))
    workload.reject("power", "the power of each run is a column; remove this one or 'power_column'");
  return o;
}

std::vector<std::size_t> chosen_rows(const CsvTable& table, const Options& options) {
  std::vector<RowFilter> filters;
  for (const auto& [column, text] : options.where) filters.push_back({table.column(column), text});
  auto rows = rows_where(table, filters);
  if (rows.empty())
    throw CsvError{options.table +
                   (filters.empty() ? ": no row below the header" : ": no row is as 'where' says")};
  return rows;
}

std::vector<RecordedCurve> load_curves(const CsvTable& table, const std::vector<std::size_t>& rows,
                                       const Options& options, const WorkloadProblem& problem) {
  if (options.curves) {
    const auto& [file, id, resource, metric] = *options.curves;
    const CsvTable points = CsvTable::load(file_of_scenario(file, problem.folder));
    return join_curves(table, rows, table.column(id), points, points.column(id), points.column(resource),
                       points.column(metric));
  }
  const std::size_t column = table.column(*options.metric);
  std::vector<RecordedCurve> results;
  for (const std::size_t row : rows) results.push_back({{{problem.max_resource, table.number(row, column)}}});
  return results;
}

// A column of positive numbers.
std::vector<double> positive_column(const CsvTable& table, const std::vector<std::size_t>& rows,
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

std::vector<RecordedRun> load_runs(const CsvTable& table, const std::vector<std::size_t>& rows,
                                   const Options& options, const WorkloadProblem& problem) {
  std::vector<RecordedCurve> curves = load_curves(table, rows, options, problem);
  std::vector<double> seconds(rows.size(), options.seconds_per_unit.value_or(Seconds{1}).base());
  if (options.seconds_per_unit_column)
    seconds = positive_column(table, rows, *options.seconds_per_unit_column);
  if (options.seconds_column) {
    seconds = positive_column(table, rows, *options.seconds_column);
    for (double& whole : seconds) whole /= problem.max_resource;
  }
  std::vector<double> watts;
  if (options.power_column) watts = positive_column(table, rows, *options.power_column);
  std::vector<RecordedRun> runs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    RecordedRun run{Seconds{seconds[i]}, std::nullopt, std::move(curves[i])};
    if (!watts.empty()) run.power = Watts{watts[i]};
    runs.push_back(std::move(run));
  }
  return runs;
}

struct Matching {
  std::vector<std::vector<std::size_t>> groups;  // equal runs
  std::unique_ptr<RunFinder> finder;
};

Matching match_by_number(Reader& workload, std::size_t runs, const Space& space) {
  const auto row = space.find("row");
  const bool fits = row && space.parameters[*row].kind == ParameterKind::integer &&
                    space.parameters[*row].low >= 1 &&
                    space.parameters[*row].high <= static_cast<double>(runs) && !space.parameters[*row].when;
  if (!fits) {
    workload.reject(
        "match",
        fmt::format("`match: row` needs an integer parameter 'row' of the space within 1 … {0} (the rows "
                    "replayed); write `space: {{row: {{int: [1, {0}]}}}}`",
                    runs));
    return {};
  }
  Matching matching;
  for (std::size_t i = 0; i < runs; ++i) matching.groups.push_back({i});
  matching.finder = make_numbered_finder(*row);
  return matching;
}

// The rows whose values the space has, in its encoding.
struct EncodedRows {
  std::vector<EncodedRun> runs;
  std::vector<std::size_t> rows;  // of the replayed ones
};
EncodedRows encode_rows(const CsvTable& table, const std::vector<std::size_t>& rows, const Space& space,
                        const std::vector<std::string>& column_names) {
  std::vector<std::size_t> columns;
  for (const std::string& name : column_names) columns.push_back(table.column(name));
  EncodedRows encoded;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EncodedRun run;
    for (std::size_t p = 0; p < columns.size(); ++p)
      if (const auto value = encoded_cell(space.parameters[p], table.cell(rows[i], columns[p])))
        run.push_back(*value);
    if (run.size() != columns.size()) continue;
    encoded.runs.push_back(std::move(run));
    encoded.rows.push_back(i);
  }
  if (encoded.rows.empty())
    throw CsvError{
        fmt::format("no row of the table lies in the space (for instance {} has {}); compare the "
                    "values with the space's",
                    table.place(rows[0]), table.cell(rows[0], columns[0]))};
  return encoded;
}

// `exact` needs a run for every configuration that can be drawn.
void check_all_have_runs(Reader& workload, const Space& space, const RunFinder& finder) {
  constexpr std::size_t most_checked = 1000000;
  for (const Parameter& p : space.parameters)
    if (p.kind == ParameterKind::real && p.step <= 0)
      workload.reject("match",
                      fmt::format("`match: exact` needs parameters with a list of values, and '{}' is any "
                                  "number in a range; make it a choice, or say `match: nearest`",
                                  p.name));
  const auto missing = configuration_without_run(space, finder, most_checked);
  if (!missing || !workload.ok()) return;
  std::vector<std::string> words;
  for (std::size_t i = 0; i < space.size(); ++i)
    words.push_back(space.parameters[i].name + ": " + text_of(space.parameters[i], missing->values[i]));
  workload.reject("match",
                  fmt::format("the table has no run with {{{}}}; make the space smaller, or say `match: "
                              "nearest` or `match: row`",
                              fmt::join(words, ", ")));
}

Matching match_by_values(Reader& workload, const CsvTable& table, const std::vector<std::size_t>& rows,
                         const Space& space, const Options& options) {
  std::vector<std::string> columns;
  for (const Parameter& parameter : space.parameters) columns.push_back(parameter.name);
  if (options.parameters) columns = *options.parameters;
  if (columns.size() != space.size() || columns.empty()) {
    workload.reject("parameters",
                    fmt::format("{} columns for {} parameters of the space; name one for each, in the "
                                "order of the space",
                                columns.size(), space.size()));
    return {};
  }
  const EncodedRows encoded = encode_rows(table, rows, space, columns);
  Matching matching;
  std::vector<EncodedRun> values;  // of each group
  for (const std::vector<std::size_t>& equals : groups_of_equals(space, encoded.runs)) {
    std::vector<std::size_t> group;
    for (const std::size_t run : equals) group.push_back(encoded.rows[run]);
    if (group.size() > 1 && options.repeats == "reject")
      throw CsvError{
          fmt::format("{} and {} have the same parameters; add the column that tells them apart to the "
                      "space, choose with 'where', or say `repeats: first` or `repeats: draw`",
                      table.place(rows[group[0]]), table.place(rows[group[1]]))};
    if (options.repeats == "first") group.resize(1);
    matching.groups.push_back(std::move(group));
    values.push_back(encoded.runs[equals.front()]);
  }
  if (options.match == "nearest") {
    matching.finder = make_nearest_finder(space, std::move(values));
  } else {
    matching.finder = make_exact_finder(space, values);
    check_all_have_runs(workload, space, *matching.finder);
  }
  return matching;
}

std::unique_ptr<Workload> load_workload(Reader& workload, const WorkloadProblem& problem,
                                        const TrainingCost& cost, const Options& options) {
  const CsvTable table = CsvTable::load(file_of_scenario(options.table, problem.folder));
  const std::vector<std::size_t> rows = chosen_rows(table, options);
  std::vector<RecordedRun> runs = load_runs(table, rows, options, problem);
  Matching matching = options.match == "row" ? match_by_number(workload, rows.size(), problem.space)
                                             : match_by_values(workload, table, rows, problem.space, options);
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
  std::string_view metric_basis() const override { return ""; }
};

}  // namespace

std::unique_ptr<Workload> make_table(Reader& workload, const WorkloadProblem& problem) {
  TrainingCost cost = read_stated_cost(workload);
  const Options options = read_options(workload);
  try {
    if (workload.ok())
      if (auto made = load_workload(workload, problem, cost, options)) return made;
  } catch (const CsvError& error) {
    workload.reject("table", error.what());
  }
  return std::make_unique<NoRuns>();
}

}  // namespace campaign_sim
