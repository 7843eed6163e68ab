// What an amount of CO2e or energy is like: flights, cars, homes.
//
// Each comparison is somebody's published factor and is named after them, because the choice matters more
// than most of a simulation: the same NY-SF flight is 0.90 t after one source and 1.2 t after another.
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "sim/core/units.hpp"

namespace campaign_sim {

struct Equivalence {
  std::string_view name;  // of the key in files, and of the row that `find_equivalence` finds
  std::string_view unit;  // what is counted, in words, in the plural
  std::variant<Kilograms, Joules> amount;  // of one: CO2e, or electricity as the meter at the door reads it
  std::string_view source;
};

// All we know, in the order in which to show them.
std::span<const Equivalence> equivalences();

// The row of that name, which must exist.
const Equivalence& find_equivalence(std::string_view name);

// How many of the unit a campaign comes to.
double count(const Equivalence& equivalence, Kilograms co2e, Joules facility_energy);

}  // namespace campaign_sim
