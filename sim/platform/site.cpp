#include "sim/platform/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/config/csv.hpp"
#include "sim/config/reader.hpp"
#include "sim/core/calendar.hpp"
#include "sim/platform/plausible_rates.hpp"
#include "sim/platform/region_table.hpp"
#include "sim/platform/tariff.hpp"

namespace campaign_sim {
namespace {

constexpr std::array<std::string_view, 2> gap_rules = {"error", "hold"};
constexpr std::array<std::string_view, 3> scopes = {"not stated", "life-cycle", "direct"};

Scope scope_of(std::string_view name) {
  return static_cast<Scope>(std::ranges::find(scopes, name) - scopes.begin());
}

// g CO2e/kWh of electricity by what made it, as CodeCarbon has it (carbon_intensity_per_source.json, 2024):
// coal, petroleum and gas after responsibleproblemsolving/energy-usage, the others life-cycle medians of the
// World Nuclear Association's comparison.
struct Source {
  std::string_view name;
  double g_per_kwh;
};
constexpr auto sources = std::to_array<Source>({{"coal", 995},
                                                {"petroleum", 816},
                                                {"gas", 743},
                                                {"geothermal", 38},
                                                {"hydro", 26},
                                                {"nuclear", 29},
                                                {"solar", 48},
                                                {"wind", 26}});

// A trace under `section`; nothing if it cannot be read, which was reported.
std::optional<Trace> trace_in(Reader& section, TraceOf what, Site& site, const std::string& key) {
  TraceRequest request;
  request.file = section.file("trace");
  request.column = section.text_or("column", "");
  request.unit = section.text_or("unit", "");
  request.gaps =
      section.one_of_or("gaps", gap_rules[0], gap_rules) == gap_rules[1] ? Gaps::hold : Gaps::error;
  if (what == TraceOf::intensity) {
    static constexpr std::array<std::string_view, 2> of_maps = {"life-cycle", "direct"};
    request.scope = scope_of(section.one_of_or("scope", of_maps[0], of_maps));
  }
  if (!section.ok()) return std::nullopt;
  try {
    Trace trace = read_trace(request, what);
    site.traces.push_back({key, request.file});
    return trace;
  } catch (const CsvError& error) {
    section.reject("trace", error.what());
    return std::nullopt;
  }
}

// The section under a key whose constant a user has replaced by something that varies. What is left of the
// constant is known and does not count.
Reader varying_section(Reader& site, std::string_view key) {
  Reader section = site.chosen_section(key, "constant", "");
  if (section.has("constant")) section.skip("constant");
  return section;
}

void check_pue(Reader& reader, std::string_view key, double highest) {
  constexpr double largest = 5;  // the worst of Uptime's surveys is under 4
  if (reader.ok() && highest > largest)
    reader.reject(key, fmt::format("a PUE of {:g}: it is facility energy over IT energy, 1 to about 3 (a "
                                   "percentage? 158 % is 1.58)",
                                   highest));
}

void read_pue(Reader& site, Site& result) {
  if (!site.has("pue") || site.is_scalar("pue")) {
    result.pue = site.number("pue", at_least(1));
    check_pue(site, "pue", result.pue);
    return;
  }
  Reader section = varying_section(site, "pue");
  if (section.has("trace")) {
    if (auto trace = trace_in(section, TraceOf::ratio, result, "pue")) {
      check_pue(section, "trace", std::ranges::max(trace->series.values()));
      result.pue = trace->series.mean();
      result.pue_over_time = std::make_shared<StepSeries>(std::move(trace->series));
    }
    return;
  }
  PueByLoad by_load;
  by_load.load = section.numbers("load", between(0, 1));
  by_load.pue = section.numbers("pue", at_least(1));
  if (!section.ok()) return;
  if (by_load.load.empty() || by_load.load.size() != by_load.pue.size() ||
      std::ranges::adjacent_find(by_load.load, std::greater_equal<>{}) != by_load.load.end()) {
    section.reject("load", "'load' must ascend and have one 'pue' for each (they are points of a curve)");
    return;
  }
  check_pue(section, "pue", std::ranges::max(by_load.pue));
  result.pue = by_load.pue.back();
  result.pue_by_load = std::move(by_load);
}

double mix_of(Reader mix) {
  double share_sum = 0;
  double kg_per_kwh = 0;
  for (const Source& source : sources) {
    if (!mix.has(source.name)) continue;
    const double share = mix.number(source.name, between(0, 1));
    share_sum += share;
    kg_per_kwh += share * source.g_per_kwh / 1000;
  }
  if (mix.ok() && std::abs(share_sum - 1) > 1e-6)
    mix.reject("",
               fmt::format("the shares of 'mix' must add up to 1 (they add up to {:g}): ratios of all that "
                           "is generated, not percent",
                           share_sum));
  return kg_per_kwh;
}

void read_region(Reader& section, Site& result) {
  const std::string name = section.text("region");
  std::optional<int> year;
  if (section.has("year")) year = static_cast<int>(section.integer("year", between(1990, 2100)));
  if (!section.ok()) return;
  try {
    const auto found = find_region(read_regions(section.library_files("grids", ".csv")), name, year);
    if (const auto* why = std::get_if<std::string>(&found)) {
      section.reject("region", *why);
      return;
    }
    const Region& region = std::get<Region>(found);
    result.intensity = KilogramsPerJoule{region.kg_per_kwh / joules_per_kwh};
    result.kind.scope = region.scope;
    result.intensity_words = fmt::format("{}, {} ({})", region.name, region.year, region.source);
  } catch (const CsvError& error) {
    section.reject("region", error.what());
  }
}

double kg_per_kwh(KilogramsPerJoule intensity) { return intensity.base() * joules_per_kwh; }

void check_not_too_dirty(Reader& reader, std::string_view key, KilogramsPerJoule intensity) {
  const double kg = kg_per_kwh(intensity);
  if (reader.ok() && kg > largest_kg_per_kwh)
    reader.reject(key, fmt::format("'{}' is {:g} kg/kWh, more than any grid emits; did you mean {:g} g/kWh?",
                                   key, kg, kg));
}

void check_not_too_clean(Reader& reader, std::string_view key, KilogramsPerJoule intensity) {
  constexpr double smallest = 0.0005;  // Quebec's water: 0.002
  const double kg = kg_per_kwh(intensity);
  if (!reader.ok() || kg <= 0 || kg >= smallest) return;
  double meant = kg * 1000;                 // g for kg, or MWh for kWh
  if (meant < 2 * smallest) meant *= 1000;  // or both
  reader.reject(key, fmt::format("'{}' is {:g} g/kWh, less than any grid emits; did you mean {:g} kg/kWh? (0 "
                                 "stands for none)",
                                 key, kg * 1000, meant));
}

void read_intensity(Reader& site, Site& result) {
  result.intensity_words = "constant";
  if (!site.has("intensity") || site.is_scalar("intensity")) {
    result.intensity = site.quantity<KilogramsPerJoule>("intensity", at_least(0));
    check_not_too_dirty(site, "intensity", result.intensity);
    check_not_too_clean(site, "intensity", result.intensity);
    return;
  }
  Reader section = varying_section(site, "intensity");
  if (section.has("trace")) {
    if (auto trace = trace_in(section, TraceOf::intensity, result, "intensity")) {
      result.kind.scope = trace->scope;
      result.kind.marginal = trace->marginal;
      result.intensity_words = fmt::format("trace ({}, column {})", trace->layout, trace->column);
      result.intensity = KilogramsPerJoule{trace->series.mean()};
      // Each value was held against the dirtiest grid. Hardly any emits nothing for long, but for what only
      // counts its own chimneys or the plant that answers.
      if (!trace->marginal && trace->scope != Scope::direct)
        check_not_too_clean(section, "trace", result.intensity);
      result.intensity_over_time = std::make_shared<StepSeries>(std::move(trace->series));
    }
  } else if (section.has("mix")) {
    result.intensity = KilogramsPerJoule{mix_of(section.section("mix")) / joules_per_kwh};
    result.kind.scope = Scope::life_cycle;
    result.intensity_words = "generation mix, with CodeCarbon's factors by source";
  } else {
    read_region(section, result);
  }
}

// The code, as tools that report by country want it.
std::string read_country(Reader& site) {
  std::string code = site.text("country");
  const bool is_code =
      code.size() == 3 && std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (site.ok() && !is_code)
    site.reject("country", "'country' must be a code of three letters (ISO 3166-1), such as FRA");
  return code;
}

// What a user says about the kind wins over what the layout or table says.
void read_kind(Reader& site, Site& result) {
  static constexpr std::array<std::string_view, 2> bases = {"location-based", "market-based"};
  static constexpr std::array<std::string_view, 2> signals = {"average", "marginal"};
  if (site.has("intensity_basis"))
    result.kind.market_based = site.one_of("intensity_basis", bases) == bases[1];
  if (site.has("intensity_signal"))
    result.kind.marginal = site.one_of("intensity_signal", signals) == signals[1];
  if (site.has("intensity_scope")) result.kind.scope = scope_of(site.one_of("intensity_scope", scopes));
  if (site.has("market_intensity")) {
    result.market_intensity = site.quantity<KilogramsPerJoule>("market_intensity", at_least(0));
    check_not_too_dirty(site, "market_intensity", *result.market_intensity);
  }
}

void read_price(Reader& site, Site& result) {
  if (!site.has("electricity_price") || site.is_scalar("electricity_price")) {
    result.electricity_price =
        site.quantity_or<MoneyPerJoule>("electricity_price", MoneyPerJoule{}, at_least(0));
    return;
  }
  Reader section = varying_section(site, "electricity_price");
  if (!section.has("trace")) {
    const auto tariff = read_tariff(section);
    if (!tariff) return;
    constexpr double week_s = 7 * seconds_per_day;
    result.electricity_price =
        MoneyPerJoule{tariff->series(-tariff->utc_offset_s, week_s - tariff->utc_offset_s).mean()};
    result.tariff = std::make_shared<Tariff>(*tariff);
    return;
  }
  if (auto trace = trace_in(section, TraceOf::price, result, "electricity_price")) {
    section.use_currency("trace", trace->currency);
    result.electricity_price = MoneyPerJoule{trace->series.mean()};
    result.price_over_time = std::make_shared<StepSeries>(std::move(trace->series));
  }
}

}  // namespace

std::string describe(const IntensityKind& kind) {
  return fmt::format("{}, {}, {}", kind.market_based ? "market-based" : "location-based",
                     kind.marginal ? "marginal" : "average",
                     kind.scope == Scope::not_stated ? "life-cycle or direct not stated"
                                                     : scopes[static_cast<std::size_t>(kind.scope)]);
}

double PueByLoad::at(double share) const {
  if (share <= load.front()) return pue.front();
  if (share >= load.back()) return pue.back();
  const auto next = static_cast<std::size_t>(std::ranges::upper_bound(load, share) - load.begin());
  const double part = (share - load[next - 1]) / (load[next] - load[next - 1]);
  return pue[next - 1] + part * (pue[next] - pue[next - 1]);
}

Site read_site(Reader& site) {
  Site result;
  result.name = site.text_or("name", "unnamed");
  site.text_or("description", "");
  if (site.has("country")) result.country = read_country(site);
  read_pue(site, result);
  read_intensity(site, result);
  read_kind(site, result);
  read_price(site, result);
  if (site.has("water_l_per_kwh")) result.water_l_per_kwh = site.number("water_l_per_kwh", at_least(0));
  if (site.has("generation_water_l_per_kwh"))
    result.generation_water_l_per_kwh = site.number("generation_water_l_per_kwh", at_least(0));
  return result;
}

}  // namespace campaign_sim
