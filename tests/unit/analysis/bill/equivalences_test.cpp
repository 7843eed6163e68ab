#include "analysis/bill/equivalences.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string_view>

using namespace campaign_sim;

namespace {

constexpr Kilograms search_2019{626'155 * 0.45359237};  // Strubell et al., ACL 2019, table 3
constexpr Joules search_energy_2019{656'347 * joules_per_kwh};

double count_2019(std::string_view name) {
  return count(find_equivalence(name), search_2019, search_energy_2019);
}

}  // namespace

TEST_CASE("the search of 2019 is the published number of passengers and cars") {
  CHECK(count_2019("passengers_ny_sf_strubell2019") == Approx(315.6).margin(0.05));
  CHECK(count_2019("car_lifetimes") == Approx(4.97).margin(0.005));
}

TEST_CASE("the choice of the flight factor moves the headline") {
  CHECK(count_2019("passengers_ny_sf_patterson2021") == Approx(236.7).margin(0.05));
  // Patterson et al. 2021, on the search as it ran (3.2 t): "~3 passengers" instead of 315.
  CHECK(count(find_equivalence("passengers_ny_sf_patterson2021"), Kilograms{3200}, Joules{}) ==
        Approx(2.67).margin(0.01));
}

TEST_CASE("homes are counted by CO2e, households' electricity by energy") {
  CHECK(count(find_equivalence("us_home_energy_years"), Kilograms{16'600}, Joules{}) == Approx(2));
  CHECK(count(find_equivalence("car_years"), Kilograms{4600}, Joules{}) == Approx(1));
  CHECK(count(find_equivalence("us_household_electricity_years"), Kilograms{}, Joules{10'500 * 3.6e6}) ==
        Approx(1));
}

TEST_CASE("every equivalence has a name of its own, a unit and a source") {
  std::set<std::string_view> names;
  for (const Equivalence& row : equivalences()) {
    INFO(row.name);
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.unit.empty());
    CHECK_FALSE(row.source.empty());
    CHECK(&find_equivalence(row.name) == &row);
  }
}
