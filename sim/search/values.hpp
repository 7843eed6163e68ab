// A value as it is written, and the values that a parameter has.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/core/space.hpp"

namespace campaign_sim {

// A value as it is written, in the parameter's encoding; nothing if it is none of the parameter's values.
std::optional<double> value_of(const Parameter& parameter, std::string_view text);
// The values a parameter has, in words, for messages: "a number from 1 to 8 in steps of 2".
std::string values_in_words(const Parameter& parameter);

}  // namespace campaign_sim
