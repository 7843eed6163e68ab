#include "analysis/bill/equivalences.hpp"

#include <algorithm>
#include <array>

#include "sim/core/expect.hpp"

namespace campaign_sim {
namespace {

constexpr Kilograms pounds(double lb) { return Kilograms{lb * 0.45359237}; }  // the international pound, 1959
constexpr Kilograms tonnes(double t) { return Kilograms{t * 1000}; }
constexpr Joules kilowatt_hours(double kwh) { return Joules{kwh * joules_per_kwh}; }

constexpr auto table = std::to_array<Equivalence>({
    {"passengers_ny_sf_strubell2019", "passengers flying New York - San Francisco and back", pounds(1984),
     "Strubell et al., ACL 2019, table 1: 1,984 lb"},
    {"passengers_ny_sf_patterson2021", "passengers flying New York - San Francisco and back", tonnes(1.2),
     "Patterson et al. 2021, arXiv 2104.10350: 1.2 t (180.4 t the whole plane)"},
    {"car_lifetimes", "cars from factory to scrapyard, with fuel", pounds(126'000),
     "Strubell et al., ACL 2019, table 1: 126,000 lb"},
    {"car_years", "passenger cars driven for a year", tonnes(4.6),
     "US EPA, Greenhouse Gas Emissions from a Typical Passenger Vehicle: about 4.6 t"},
    {"us_home_energy_years", "US homes' energy for a year", tonnes(8.30),
     "US EPA Greenhouse Gas Equivalencies, as quoted by Dodge et al., FAccT 2022: 8.30 t"},
    {"us_household_electricity_years", "US households' electricity for a year", kilowatt_hours(10'500),
     "US EIA, How much electricity does an American home use: about 10,500 kWh"},
});

}  // namespace

std::span<const Equivalence> equivalences() { return table; }

const Equivalence& find_equivalence(std::string_view name) {
  const auto* row = std::find_if(table.begin(), table.end(), [&](const auto& r) { return r.name == name; });
  CS_EXPECT(row != table.end());
  return *row;
}

double count(const Equivalence& equivalence, Kilograms co2e, Joules facility_energy) {
  if (const auto* mass = std::get_if<Kilograms>(&equivalence.amount)) return co2e / *mass;
  return facility_energy / std::get<Joules>(equivalence.amount);
}

}  // namespace campaign_sim
