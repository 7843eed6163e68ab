#include "sim/workload/recorded_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "sim/core/text.hpp"

namespace campaign_sim {

std::filesystem::path file_of_scenario(const std::filesystem::path& name,
                                       const std::filesystem::path& folder) {
  std::error_code error;
  const auto beside_scenario = folder / name;
  return std::filesystem::exists(beside_scenario, error) ? beside_scenario : name;
}

double RecordedCurve::at(Resource resource) const {
  const auto after = std::ranges::upper_bound(points, resource, {}, &Point::resource);
  if (after == points.begin()) return points.front().metric;
  const Point& left = *std::prev(after);
  if (after == points.end() || left.resource == resource) return left.metric;
  const double share = (resource - left.resource) / (after->resource - left.resource);
  return left.metric + share * (after->metric - left.metric);
}

std::vector<std::size_t> rows_where(const CsvTable& table, const std::vector<RowFilter>& filters) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (std::ranges::all_of(filters, [&](const RowFilter& f) { return table.cell(row, f.column) == f.text; }))
      rows.push_back(row);
  return rows;
}

std::vector<RecordedCurve> join_curves(const CsvTable& runs, const std::vector<std::size_t>& rows,
                                       std::size_t run_id, const CsvTable& curves, std::size_t curve_id,
                                       std::size_t resource, std::size_t metric) {
  std::map<std::string, std::size_t> run_of;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto [found, is_new] = run_of.emplace(runs.cell(rows[i], run_id), i);
    if (!is_new)
      throw CsvError{fmt::format("{}: '{}' is {} again, as at {}; each run needs an identifier of its own",
                                 runs.place(rows[i]), runs.columns()[run_id], found->first,
                                 runs.place(rows[found->second]))};
  }
  std::vector<RecordedCurve> joined(rows.size());
  for (std::size_t row = 0; row < curves.rows(); ++row) {
    const auto run = run_of.find(curves.cell(row, curve_id));
    if (run == run_of.end()) continue;  // a run that the scenario left out
    auto& points = joined[run->second].points;
    const double at = curves.number(row, resource);
    if (!std::isfinite(at) || at < 0 || (!points.empty() && at <= points.back().resource))
      throw CsvError{fmt::format("{}: '{}' is {} (it must rise along the curve of run {})", curves.place(row),
                                 curves.columns()[resource], at, run->first)};
    points.push_back({at, curves.number(row, metric)});
  }
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (joined[i].points.empty())
      throw CsvError{
          fmt::format("{}: run {} has no learning curve", runs.place(rows[i]), runs.cell(rows[i], run_id))};
  return joined;
}

std::optional<double> encoded_cell(const Parameter& parameter, const std::string& text) {
  const std::string_view cell = trimmed(text);
  const auto number = number_in(cell);
  if (!parameter.is_choice()) {
    if (!number || !(*number >= parameter.low && *number <= parameter.high)) return std::nullopt;
    return number;
  }
  for (std::size_t i = 0; i < parameter.choices.size(); ++i)
    if (parameter.choices[i] == cell || (number && parameter.choice_numbers[i] == *number))
      return static_cast<double>(i);
  return std::nullopt;
}

}  // namespace campaign_sim
