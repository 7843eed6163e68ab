// A configuration as a scenario writes it: `{layers: 6, optimizer: adam}`.
#pragma once

#include <cstdint>

#include "sim/core/space.hpp"

namespace campaign_sim {

class Reader;

// What it means that a configuration does not name a parameter that has choices.
enum class Missing : std::uint8_t { is_a_mistake, is_first_choice };

// Reads a configuration: every active parameter, no other.
Configuration read_configuration(Reader& section, const Space& space,
                                 Missing missing = Missing::is_a_mistake);

}  // namespace campaign_sim
