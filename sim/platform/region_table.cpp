#include "sim/platform/region_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/config/csv.hpp"
#include "sim/config/reader.hpp"
#include "sim/config/source.hpp"
#include "sim/core/text.hpp"

namespace campaign_sim {
namespace {

constexpr std::string_view more_regions =
    "tools/get-grids fetches all of Electricity Maps' zones, by year (FR, US-CAL-CISO)";

Scope scope_named(const std::string& name) {
  return name == "life-cycle" ? Scope::life_cycle : name == "direct" ? Scope::direct : Scope::not_stated;
}

const Region* row_of(const RegionTable& table, const std::string& wanted) {
  const auto found = std::ranges::find_if(table.regions, [&](const Region& region) {
    return lower(region.region) == wanted || lower(region.code) == wanted || lower(region.name) == wanted;
  });
  return found == table.regions.end() ? nullptr : &*found;
}

std::variant<Region, std::string> of_year(const RegionTable& table, const Region& any,
                                          std::optional<int> year) {
  if (!year || any.year == *year) return any;
  std::set<int> years;
  for (const Region& region : table.regions) {
    if (region.region != any.region) continue;
    if (region.year == *year) return region;
    years.insert(region.year);
  }
  return fmt::format("there is no value of {} for '{}', only of {}; {}", *year, any.region,
                     fmt::join(years, ", "), more_regions);
}

}  // namespace

std::vector<std::string> RegionTable::names() const {
  std::vector<std::string> names;
  for (const Region& one : regions) names.insert(names.end(), {one.region, one.code, one.name});
  for (const CloudRegion& one : cloud) names.push_back(one.region);
  return names;
}

RegionTable read_regions(const std::vector<std::filesystem::path>& files) {
  RegionTable result;
  for (const auto& file : files) {
    const CsvTable table = CsvTable::load(file);
    const auto text = [&](std::size_t row, const char* column) {
      return table.cell(row, table.column(column));
    };
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (table.find("zone"))
        result.cloud.push_back({text(row, "region"), text(row, "zone"), text(row, "place")});
      else
        result.regions.push_back({text(row, "region"), text(row, "code"), text(row, "name"),
                                  table.number(row, table.column("g_per_kwh")) / 1000,
                                  static_cast<int>(table.number(row, table.column("year"))),
                                  scope_named(text(row, "scope")), text(row, "source")});
    }
  }
  return result;
}

std::variant<Region, std::string> find_region(const RegionTable& table, std::string_view name,
                                              std::optional<int> year) {
  const std::string wanted = lower(name);
  if (const Region* row = row_of(table, wanted)) return of_year(table, *row, year);
  const auto cloud = std::ranges::find(table.cloud, wanted, &CloudRegion::region);
  if (cloud != table.cloud.end()) {
    const Region* zone = row_of(table, lower(cloud->zone));
    if (!zone)
      return fmt::format("the grid of '{}' ({}) is zone {}, of which no value is known here; {}", wanted,
                         cloud->place, cloud->zone, more_regions);
    auto found = of_year(table, *zone, year);
    if (auto* region = std::get_if<Region>(&found))
      region->name = fmt::format("{} ({}), on the grid of {}", cloud->region, cloud->place, region->name);
    return found;
  }
  std::vector<std::string> names = table.names();
  for (std::string& one : names) one = lower(one);
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto near = nearest_name(wanted, views);
  return fmt::format("unknown region '{}'; {}", config::printable(name),
                     near ? fmt::format("did you mean '{}'? Otherwise, {}", *near, more_regions)
                          : fmt::format("write a country (fr, FRA, France) or a cloud region "
                                        "(gcp-europe-west9); {}",
                                        more_regions));
}

}  // namespace campaign_sim
