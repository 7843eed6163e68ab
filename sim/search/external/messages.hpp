// What the messages to and from a search program are made of: docs/external.md.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "sim/core/space.hpp"

namespace campaign_sim {

using Json = nlohmann::ordered_json;

// Whole numbers without a decimal point; null for what is not finite.
Json number(double value);
// A parameter with its values and its condition.
Json described(const Space& space, const Parameter& parameter);

// What a program said, for an error: printable, on one line and not too long.
std::string shown(std::string_view text);
// The same for several lines.
std::string indented(std::string_view text);

}  // namespace campaign_sim
