// Annual averages of grids by country and cloud region: the CSV files in platforms/grids, each row with its
// year and source.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/platform/trace_file.hpp"

namespace campaign_sim {

struct Region {
  std::string region;  // fr, gcp-us-central1
  std::string code;    // FRA, us-central1
  std::string name;    // France
  double kg_per_kwh = 0;
  int year = 0;
  Scope scope = Scope::not_stated;
  std::string source;
};

// All rows of the tables, in order. Throws CsvError.
std::vector<Region> read_regions(const std::vector<std::filesystem::path>& files);

// By region, code or name, whatever the case; or what is wrong: "unknown region 'frnace'; did you mean
// 'france'?", with the nearest names.
std::variant<Region, std::string> find_region(const std::vector<Region>& regions, std::string_view name);

}  // namespace campaign_sim
