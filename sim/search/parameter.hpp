// One parameter of the `space:` section: its kind, its range or choices, its step.
#pragma once

#include <string>

#include "sim/core/space.hpp"

namespace campaign_sim {

class Reader;

// Reads all but the condition. Mistakes go to the reader.
Parameter read_parameter(Reader& section, const std::string& name);
// `vocabulary: 32000`: a parameter with one value.
Parameter constant_parameter(const std::string& name, std::string value);

}  // namespace campaign_sim
