#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/report/csv_rows.hpp"
#include "analysis/report/series.hpp"
#include "analysis/results_error.hpp"

namespace campaign_sim {

namespace {

struct Point {
  double end_s;
  double metric;
};

Fate fate_of(std::string_view status) {
  if (status == "completed") return Fate::completed;
  if (status == "failed") return Fate::failed;
  return Fate::stopped;
}

// From the best metric to the one that leaves a twentieth of the trials out of view: those that diverged
// would press all others into a line.
std::pair<double, double> view(std::vector<double> metrics, bool minimise) {
  constexpr double in_view = 0.95;
  if (metrics.empty()) return {0, 1};
  const auto worse = [&](double a, double b) { return minimise ? a < b : a > b; };
  const auto last = metrics.begin() + static_cast<std::ptrdiff_t>(
                                          std::floor(in_view * static_cast<double>(metrics.size() - 1)));
  std::ranges::nth_element(metrics, last, worse);
  return {*std::min_element(metrics.begin(), last + 1, worse), *last};
}

// How many points stand in each cell, the empty ones left out.
Json count_cells(std::span<const Point> points, std::span<const double> across, double end,
                 std::pair<double, double> range) {
  std::map<std::pair<std::size_t, std::size_t>, std::uint64_t> cells;
  const auto place = [](double share, std::size_t count) {
    return std::min(static_cast<std::size_t>(share * static_cast<double>(count)), count - 1);
  };
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double share = (points[i].metric - range.first) / (range.second - range.first);
    if (!(share >= 0 && share <= 1)) continue;
    ++cells[{place(end > 0 ? across[i] / end : 0, TrialSeries::columns), place(share, TrialSeries::rows)}];
  }
  Json json = Json::array();
  for (const auto& [cell, count] : cells) json.push_back({cell.first, cell.second, count});
  return json;
}

}  // namespace

TrialSeries TrialSeries::read(const std::filesystem::path& file, std::int64_t best_trial, bool minimise,
                              double end_s, const PowerSeries& power) {
  CsvRows rows{file};
  const std::size_t trial = rows.column("trial");
  const std::size_t status = rows.column("status");
  const std::size_t resource = rows.column("resource");
  const std::size_t metric = rows.column("best_metric");
  const std::size_t end = rows.column("end_s");
  const std::size_t energy = rows.column("energy_kwh");
  const std::size_t first_setting = rows.column("trained_resource") + 1;

  TrialSeries series;
  std::vector<Point> points;
  std::vector<double> number_of;                 // the trial of each point
  std::vector<std::pair<double, Json>> leaders;  // the best so far, best first
  while (rows.next()) {
    const std::uint64_t id = rows.whole(trial);
    if (id != series.fates.size()) throw ResultsError{file.string() + " does not list every trial in order"};
    series.fates.push_back(static_cast<std::int64_t>(id) == best_trial ? Fate::best
                                                                       : fate_of(rows.cell(status)));
    series.reached.push_back(rows.number(resource));
    const double value = rows.number(metric);
    if (!std::isfinite(value)) continue;
    points.push_back({rows.number(end), value});
    number_of.push_back(static_cast<double>(id));

    const double loss = minimise ? value : -value;
    if (leaders.size() == best_shown && loss >= leaders.back().first) continue;
    Json row = {id, rounded(value), std::string{rows.cell(status)}, rounded(rows.number(resource)),
                rounded(rows.number(energy))};
    for (std::size_t i = first_setting; i < rows.columns().size(); ++i) row.push_back(rows.cell(i));
    const auto place = std::ranges::upper_bound(leaders, loss, {}, &std::pair<double, Json>::first);
    leaders.insert(place, {loss, std::move(row)});
    if (leaders.size() > best_shown) leaders.pop_back();
  }

  series.best["settings"] = Json::array();
  for (std::size_t i = first_setting; i < rows.columns().size(); ++i)
    series.best["settings"].push_back(rows.columns()[i]);
  series.best["rows"] = Json::array();
  for (auto& [loss, row] : leaders) series.best["rows"].push_back(std::move(row));

  std::vector<double> metrics;
  std::vector<double> ends;
  std::vector<double> energies;
  for (const Point& point : points) {
    metrics.push_back(point.metric);
    ends.push_back(point.end_s);
  }
  const auto range = view(metrics, minimise);
  Json& json = series.points;
  json["count"] = points.size();
  json["range"] = {rounded(range.first), rounded(range.second)};
  json["out_of_view"] = std::ranges::count_if(
      metrics, [&](double value) { return minimise ? value > range.second : value < range.second; });
  for (const double time : ends) energies.push_back(power.energy_kwh(time));
  if (points.size() <= most_points) {
    json["trial"] = rounded(number_of);
    json["time_s"] = rounded(ends);
    json["energy_kwh"] = rounded(energies);
    json["metric"] = rounded(metrics);
  } else {
    json["columns"] = columns;
    json["rows"] = TrialSeries::rows;
    json["by_time"] = count_cells(points, ends, end_s, range);
    json["by_energy"] = count_cells(points, energies, power.energy_kwh(end_s), range);
  }
  return series;
}

}  // namespace campaign_sim
