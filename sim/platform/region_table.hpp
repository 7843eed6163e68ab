// Annual averages of grids by country, grid zone and cloud region: the CSV files in the library's `grids`
// folders. A file either has values, each with its year and source, or says in which zone a cloud region
// draws its power.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/platform/trace_file.hpp"

namespace campaign_sim {

struct Region {
  std::string region;  // fr, us-mida-pjm, gcp-us-central1
  std::string code;    // FRA, US-MIDA-PJM, us-central1
  std::string name;    // France
  double kg_per_kwh = 0;
  int year = 0;
  Scope scope = Scope::not_stated;
  std::string source;
};

struct CloudRegion {
  std::string region;  // aws-eu-west-3
  std::string zone;    // FR
  std::string place;   // Paris
};

struct RegionTable {
  std::vector<Region> regions;
  std::vector<CloudRegion> cloud;

  std::vector<std::string> names() const;
};

// All rows of the tables, in order. Throws CsvError.
RegionTable read_regions(const std::vector<std::filesystem::path>& files);

// By region, code or name, whatever the case, or by a cloud region in such a zone; of the year that is asked
// for, or else the first in the tables. Or what is wrong: "unknown region 'frnace'; did you mean 'france'?"
std::variant<Region, std::string> find_region(const RegionTable& table, std::string_view name,
                                              std::optional<int> year = std::nullopt);

}  // namespace campaign_sim
