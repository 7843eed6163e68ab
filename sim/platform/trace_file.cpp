#include "sim/platform/trace_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "sim/config/csv.hpp"
#include "sim/config/units.hpp"
#include "sim/core/calendar.hpp"
#include "sim/core/text.hpp"
#include "sim/core/units.hpp"
#include "sim/platform/plausible_rates.hpp"

namespace campaign_sim {
namespace {

constexpr double hour_s = 3600;

struct Layout {
  std::string name;
  std::string time;
  std::string value;
  std::string unit;
  Scope scope = Scope::not_stated;
  bool marginal = false;
};

template <class Wanted>
std::string first_column(const CsvTable& table, Wanted wanted) {
  const auto found = std::ranges::find_if(table.columns(), [&](const auto& c) { return wanted(lower(c)); });
  return found == table.columns().end() ? std::string{} : *found;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Electricity Maps: "Carbon Intensity gCO₂eq/kWh (LCA)", later "Carbon intensity gCO₂eq/kWh (Life cycle)",
// and "ci_lca_g_per_kwh" in republished sets; "(direct)" is beside each.
std::string electricity_maps_column(const CsvTable& table, Scope scope) {
  return first_column(table, [&](std::string_view column) {
    if (!column.starts_with("carbon intensity") && !column.starts_with("ci_")) return false;
    const bool direct = contains(column, "direct");
    const bool life_cycle = contains(column, "lca") || contains(column, "life cycle");
    return scope == Scope::direct ? direct : life_cycle;
  });
}

Layout layout_of(const CsvTable& table, const TraceRequest& request, TraceOf what) {
  Layout layout;
  layout.time = first_column(table, [](std::string_view c) {
    return c.starts_with("datetime") || c == "timestamp" || c == "point_time" || c == "time" ||
           c == "oootime" || c == "date";
  });
  layout.name = "time and value";
  if (what == TraceOf::intensity) {
    const std::string maps = electricity_maps_column(table, request.scope);
    const std::string moer = first_column(table, [](std::string_view c) { return c == "moer"; });
    if (!maps.empty()) {
      layout.name = "Electricity Maps";
      layout.value = maps;
      layout.unit = "g/kWh";
      layout.scope = request.scope;
    } else if (!moer.empty()) {  // WattTime: marginal operating emission rate, pounds of CO2 per MWh
      layout.name = "WattTime";
      layout.value = moer;
      layout.unit = "lb/MWh";
      layout.scope = Scope::direct;
      layout.marginal = true;
    }
  }
  if (what == TraceOf::price && table.find("price_usd_per_mwh")) {
    layout.value = "price_usd_per_mwh";
    layout.unit = "USD/MWh";
  }
  if (layout.value.empty() && table.find("value")) layout.value = "value";
  if (!request.column.empty()) {
    table.column(request.column);  // throws with the nearest name
    if (request.column != layout.value)
      layout = {"time and value", layout.time, request.column, "", Scope::not_stated, false};
  }
  if (!request.unit.empty()) layout.unit = request.unit;
  return layout;
}

// One of what the column is in, in base units.
double factor_of(const std::string& unit, TraceOf what, const std::string& file, std::string& currency) {
  if (what == TraceOf::ratio) return 1;
  const auto dimension = what == TraceOf::intensity ? KilogramsPerJoule::dimension : MoneyPerJoule::dimension;
  if (unit.empty())
    throw CsvError{
        fmt::format("{}: the unit of the values is not known (g, kg or lb; kWh or MWh?); say it, "
                    "such as unit: {}",
                    file, what == TraceOf::intensity ? "g/kWh" : "EUR/MWh")};
  const auto parsed = config::parse_amount("1 " + unit, dimension);
  if (const auto* why = std::get_if<std::string>(&parsed))
    throw CsvError{fmt::format("{}: the unit of its values: {}", file, *why)};
  currency = std::get<config::Amount>(parsed).currency;
  return std::get<config::Amount>(parsed).base;
}

void check_value(double value, TraceOf what, const std::string& unit, const std::string& currency,
                 const std::string& place) {
  if (!std::isfinite(value)) throw CsvError{place + ": the value is not a finite number"};
  if (what == TraceOf::intensity && value < 0)
    throw CsvError{place + ": a carbon intensity below 0 (a grid emits or it does not)"};
  if (what == TraceOf::intensity && value * joules_per_kwh > largest_kg_per_kwh)
    throw CsvError{fmt::format("{}: {:.4g} kg/kWh is more than any grid emits; is the column in {}?", place,
                               value * joules_per_kwh,
                               unit == "g/kWh" ? "another unit than g/kWh" : "g/kWh")};
  if (what == TraceOf::price && is_beyond_markets(value * joules_per_kwh, currency))
    throw CsvError{fmt::format("{}: {:.4g} {}/kWh is beyond any market's cap; is the column in {}/MWh?",
                               place, value * joules_per_kwh, currency, currency)};
  if (what == TraceOf::ratio && value < 1)
    throw CsvError{place + ": a PUE below 1 (the facility draws at least what its machines draw)"};
}

double commonest_step(const std::vector<double>& times) {
  std::map<double, std::size_t> counts;
  for (std::size_t i = 0; i + 1 < times.size(); ++i) ++counts[times[i + 1] - times[i]];
  const auto most = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
  return most == counts.end() ? hour_s : most->first;
}

}  // namespace

Trace read_trace(const TraceRequest& request, TraceOf what) {
  const std::string file = request.file.string();
  const CsvTable table = CsvTable::load(request.file);
  const Layout layout = layout_of(table, request, what);
  if (layout.time.empty())
    throw CsvError{
        fmt::format("{}:1: no column of times ('Datetime (UTC)', 'timestamp', 'point_time' or "
                    "'time'); there are: {}",
                    file, fmt::join(table.columns(), ", "))};
  if (layout.value.empty())
    throw CsvError{fmt::format("{}:1: which column holds the values? Say it with column:; there are: {}",
                               file, fmt::join(table.columns(), ", "))};
  std::string currency;
  const double factor = factor_of(layout.unit, what, file, currency);

  const std::size_t time_column = table.column(layout.time);
  const std::size_t value_column = table.column(layout.value);
  std::vector<double> times;
  std::vector<double> values;
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& text = table.cell(row, time_column);
    const auto time = parse_instant(text);
    if (!time)
      throw CsvError{
          fmt::format("{}: '{}' is no time; write 2023-07-01T14:00 (UTC), or with an offset, "
                      "2023-07-01T14:00+02:00",
                      table.place(row), text)};
    if (!times.empty() && *time <= times.back())
      throw CsvError{
          fmt::format("{}: the time {} {} the row before; local times do so when summer time "
                      "ends: write UTC, or the offset of each",
                      table.place(row), text, *time == times.back() ? "repeats" : "is earlier than")};
    if (trimmed(table.cell(row, value_column)).empty()) {
      if (request.gaps == Gaps::hold) continue;
      throw CsvError{
          table.place(row) +
          ": the value is missing (a gap); fill it, or let the one before it hold with gaps: hold"};
    }
    const double value = table.number(row, value_column) * factor;
    check_value(value, what, layout.unit, currency, table.place(row));
    times.push_back(*time);
    values.push_back(value);
    rows.push_back(row);
  }
  if (times.empty()) throw CsvError{file + ": the trace has no values"};

  const double step = commonest_step(times);
  const double widest = std::max(step, hour_s);
  if (request.gaps == Gaps::error)
    for (std::size_t i = 0; i + 1 < times.size(); ++i)
      if (times[i + 1] - times[i] > widest)
        throw CsvError{fmt::format(
            "{}: nothing between {} and {} (a gap; local times have one when summer "
            "time begins); fill it, or let the value before it hold with gaps: hold",
            table.place(rows[i + 1]), write_instant(times[i] + step), write_instant(times[i + 1]))};
  const double end = times.back() + step;
  return {StepSeries{std::move(times), std::move(values), end},
          layout.name,
          layout.value,
          currency,
          layout.scope,
          layout.marginal};
}

}  // namespace campaign_sim
