#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/report/csv_rows.hpp"
#include "analysis/report/series.hpp"
#include "sim/core/units.hpp"

namespace campaign_sim {

Json rounded(double number) {
  if (!std::isfinite(number)) return nullptr;
  const double value = std::stod(fmt::format("{:.7g}", number));
  // Whole numbers are shorter without their ".0".
  if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

Json rounded(std::span<const double> numbers) {
  Json array = Json::array();
  for (const double number : numbers) array.push_back(rounded(number));
  return array;
}

PowerSeries PowerSeries::read(const std::filesystem::path& file) {
  CsvRows rows{file};
  const std::size_t start = rows.column("start_s");
  const std::size_t end = rows.column("end_s");
  const std::size_t it = rows.column("it_w");
  const std::size_t facility = rows.column("facility_w");
  std::vector<std::size_t> cause_columns;
  PowerSeries series;
  for (std::size_t column = 0; column < rows.columns().size(); ++column) {
    const std::string& name = rows.columns()[column];
    if (column == it || column == facility || !name.ends_with("_w")) continue;
    cause_columns.push_back(column);
    series.causes.push_back(name.substr(0, name.size() - 2));
  }
  series.cause_w.resize(cause_columns.size());
  std::vector<double> ends;
  while (rows.next()) {
    series.start_s.push_back(rows.number(start));
    ends.push_back(rows.number(end));
    series.it_w.push_back(rows.number(it));
    series.facility_w.push_back(rows.number(facility));
    for (std::size_t i = 0; i < cause_columns.size(); ++i)
      series.cause_w[i].push_back(rows.number(cause_columns[i]));
  }
  series.end_s = ends.empty() ? 0 : ends.back();

  const std::size_t joined = (ends.size() + most_bins - 1) / most_bins;
  if (joined > 1) {
    const auto join = [&](std::vector<double>& watts) {
      std::vector<double> means;
      for (std::size_t first = 0; first < watts.size(); first += joined) {
        const std::size_t last = std::min(first + joined, watts.size());
        double joules = 0;
        for (std::size_t i = first; i < last; ++i) joules += watts[i] * (ends[i] - series.start_s[i]);
        means.push_back(joules / (ends[last - 1] - series.start_s[first]));
      }
      watts = std::move(means);
    };
    join(series.it_w);
    join(series.facility_w);
    for (std::vector<double>& watts : series.cause_w) join(watts);
    std::vector<double> starts;
    for (std::size_t first = 0; first < ends.size(); first += joined) starts.push_back(series.start_s[first]);
    series.start_s = std::move(starts);
  }
  for (std::size_t i = series.causes.size(); i-- > 0;) {
    if (std::ranges::any_of(series.cause_w[i], [](double watts) { return watts > 0; })) continue;
    series.causes.erase(series.causes.begin() + static_cast<std::ptrdiff_t>(i));
    series.cause_w.erase(series.cause_w.begin() + static_cast<std::ptrdiff_t>(i));
  }
  double kwh = 0;
  for (std::size_t i = 0; i < series.start_s.size(); ++i) {
    const double bin_end = i + 1 < series.start_s.size() ? series.start_s[i + 1] : series.end_s;
    series.before_kwh.push_back(kwh);
    kwh += series.it_w[i] * (bin_end - series.start_s[i]) / joules_per_kwh;
  }
  return series;
}

Json PowerSeries::json() const {
  Json json;
  json["start_s"] = rounded(start_s);
  json["end_s"] = rounded(end_s);
  json["it_w"] = rounded(it_w);
  json["facility_w"] = rounded(facility_w);
  json["causes"] = Json::object();
  for (std::size_t i = 0; i < causes.size(); ++i) json["causes"][causes[i]] = rounded(cause_w[i]);
  return json;
}

double PowerSeries::energy_kwh(double time_s) const {
  if (start_s.empty() || time_s <= start_s.front()) return 0;
  const auto bin = static_cast<std::size_t>(std::ranges::upper_bound(start_s, time_s) - start_s.begin()) - 1;
  return before_kwh[bin] + it_w[bin] * (std::min(time_s, end_s) - start_s[bin]) / joules_per_kwh;
}

Json read_incumbents(const std::filesystem::path& file) {
  constexpr std::size_t most = 1000;
  CsvRows rows{file};
  const std::vector<std::string> names = {"time_s", "energy_kwh", "trial", "metric"};
  std::vector<std::size_t> columns;
  for (const std::string& name : names) columns.push_back(rows.column(name));
  std::vector<std::vector<double>> values(names.size());
  while (rows.next())
    for (std::size_t i = 0; i < names.size(); ++i) values[i].push_back(rows.number(columns[i]));

  const std::size_t count = values.front().size();
  const std::size_t stride = (count + most - 1) / most;
  Json json;
  json["count"] = count;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::vector<double> kept;
    // Counted from the end: the last improvement is the result.
    for (std::size_t back = 0; back < count; back += stride) kept.push_back(values[i][count - 1 - back]);
    std::ranges::reverse(kept);
    json[names[i]] = rounded(kept);
  }
  return json;
}

}  // namespace campaign_sim
