#include "sim/platform/region_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/csv.hpp"
#include "sim/config/reader.hpp"
#include "sim/config/source.hpp"

namespace campaign_sim {
namespace {

std::string lower(std::string_view text) {
  std::string result;
  for (const char c : text) result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

Scope scope_named(const std::string& name) {
  return name == "life-cycle" ? Scope::life_cycle : name == "direct" ? Scope::direct : Scope::not_stated;
}

}  // namespace

std::vector<Region> read_regions(const std::vector<std::filesystem::path>& files) {
  std::vector<Region> regions;
  for (const auto& file : files) {
    const CsvTable table = CsvTable::load(file);
    const auto text = [&](std::size_t row, const char* column) {
      return table.cell(row, table.column(column));
    };
    for (std::size_t row = 0; row < table.rows(); ++row)
      regions.push_back({text(row, "region"), text(row, "code"), text(row, "name"),
                         table.number(row, table.column("g_per_kwh")) / 1000,
                         static_cast<int>(table.number(row, table.column("year"))),
                         scope_named(text(row, "scope")), text(row, "source")});
  }
  return regions;
}

std::variant<Region, std::string> find_region(const std::vector<Region>& regions, std::string_view name) {
  const std::string wanted = lower(name);
  std::vector<std::string> names;
  for (const Region& region : regions) {
    for (const std::string* one : {&region.region, &region.code, &region.name}) {
      names.push_back(lower(*one));
      if (names.back() == wanted) return region;
    }
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto near = nearest_name(wanted, views);
  return fmt::format("unknown region '{}'{}", config::printable(name),
                     near ? fmt::format("; did you mean '{}'?", *near)
                          : "; write a country (fr, FRA, France) or a cloud region (gcp-europe-west9)");
}

}  // namespace campaign_sim
