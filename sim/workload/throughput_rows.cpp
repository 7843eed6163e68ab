// How a scenario gives measured speeds: rows in the scenario, or columns of a CSV file.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "sim/config/csv.hpp"
#include "sim/config/reader.hpp"
#include "sim/workload/recorded_runs.hpp"
#include "sim/workload/throughput_table.hpp"

namespace campaign_sim {

namespace {

constexpr std::array<std::string_view, 3> units = {"samples/s", "steps/s", "s/step"};

// The time of a step from a recorded number. 0 is a record of running out of memory, in any unit.
ThroughputTable::Point point_of(double value, const std::string& unit, double batch) {
  if (value == 0) return std::nullopt;
  if (unit == "s/step") return Seconds{value};
  return Seconds{unit == "steps/s" ? 1 / value : batch / value};
}

// What a scenario calls the accelerators that the file calls otherwise.
std::map<std::string, std::string> read_names(Reader& throughput) {
  std::map<std::string, std::string> names;
  Reader given = throughput.section_or_empty("names");
  for (const std::string& name : given.keys()) names[name] = given.text(name);
  return names;
}

struct Columns {
  std::string file, value, unit;
  std::optional<std::string> accelerator, count, batch, local_batch;
  std::map<std::string, std::string> names;
  std::vector<std::pair<std::string, std::string>> where;
};

Columns read_columns(Reader& throughput) {
  const auto column = [&](std::string_view key) {
    return throughput.has(key) ? std::optional{throughput.text(key)} : std::nullopt;
  };
  Columns c;
  c.file = throughput.text("file");
  c.value = throughput.text("value");
  c.unit = throughput.one_of("unit", units);
  c.accelerator = column("accelerator");
  c.count = column("count");
  c.batch = column("batch");
  c.local_batch = column("batch_per_accelerator");
  c.names = read_names(throughput);
  Reader where = throughput.section_or_empty("where");
  for (const std::string& key : where.keys()) c.where.emplace_back(key, where.text(key));
  if (c.batch && c.local_batch)
    throughput.reject("batch_per_accelerator", "the batch is one column; remove this one or 'batch'");
  if (c.local_batch && !c.count)
    throughput.reject("batch_per_accelerator",
                      "how many accelerators share the batch is not said; add 'count', a column");
  if (c.unit == "samples/s" && !c.batch && !c.local_batch)
    throughput.reject("unit",
                      "samples/s say how long a step takes once the batch is known; add 'batch', a column");
  return c;
}

double positive(const CsvTable& table, std::size_t row, const std::string& column) {
  const double value = table.number(row, table.column(column));
  if (!std::isfinite(value) || value <= 0)
    throw CsvError{fmt::format("{}: '{}' is {} (it must be more than 0)", table.place(row), column, value)};
  return value;
}

double speed(const CsvTable& table, std::size_t row, const std::string& column) {
  const double value = table.number(row, table.column(column));
  if (!std::isfinite(value) || value < 0)
    throw CsvError{fmt::format("{}: '{}' is {} (it must be more than 0, or 0 where memory ran out)",
                               table.place(row), column, value)};
  return value;
}

void add_file(ThroughputTable& points, const Columns& c, const WorkloadProblem& problem) {
  const CsvTable table = CsvTable::load(file_of_scenario(c.file, problem.folder));
  std::vector<RowFilter> filters;
  for (const auto& [column, text] : c.where) filters.push_back({table.column(column), text});
  const auto rows = rows_where(table, filters);
  if (rows.empty())
    throw CsvError{c.file + (filters.empty() ? ": no row below the header" : ": no row is as 'where' says")};
  for (const std::size_t row : rows) {
    std::string name = c.accelerator ? table.cell(row, table.column(*c.accelerator)) : "";
    if (const auto known_as = c.names.find(name); known_as != c.names.end()) name = known_as->second;
    const double count = c.count ? positive(table, row, *c.count) : ThroughputTable::any;
    double batch = ThroughputTable::any;
    if (c.batch) batch = positive(table, row, *c.batch);
    if (c.local_batch) batch = positive(table, row, *c.local_batch) * count;
    if (!points.add(name, count, batch, point_of(speed(table, row, c.value), c.unit, batch)))
      throw CsvError{
          fmt::format("{}: this accelerator, count and batch stand above already; choose rows with "
                      "'where', or name the column that tells them apart",
                      table.place(row))};
  }
}

void add_rows(ThroughputTable& points, Reader& throughput) {
  const std::string unit = throughput.one_of("unit", units);
  for (Reader& row : throughput.items("rows")) {
    const std::string name = row.text_or("accelerator", "");
    const double count = row.has("count") ? row.number("count", at_least(1)) : ThroughputTable::any;
    const double batch = row.has("batch") ? row.number("batch", more_than(0)) : ThroughputTable::any;
    const double value = row.number("value", at_least(0));
    if (unit == "samples/s" && !row.has("batch"))
      row.reject("", "samples/s say how long a step takes once the batch is known; add 'batch'");
    if (row.ok() && !points.add(name, count, batch, point_of(value, unit, batch)))
      row.reject("", "this accelerator, count and batch stand above already; remove one of the two");
  }
}

}  // namespace

std::shared_ptr<const ThroughputTable> read_throughput_table(Reader& throughput,
                                                             const WorkloadProblem& problem) {
  const auto table = std::make_shared<ThroughputTable>();
  try {
    if (throughput.has("rows")) {
      add_rows(*table, throughput);
    } else {
      const Columns columns = read_columns(throughput);
      if (throughput.ok()) add_file(*table, columns, problem);
    }
  } catch (const CsvError& error) {
    throughput.reject("file", error.what());
  }
  if (throughput.ok() && table->empty()) throughput.reject("rows", "no speed is recorded; add a row");
  return throughput.ok() ? table : nullptr;
}

}  // namespace campaign_sim
