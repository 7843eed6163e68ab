// What the messages to and from a search program are made of: docs/external.md.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "sim/search/strategy.hpp"

namespace campaign_sim {

using Json = nlohmann::ordered_json;

inline constexpr int protocol_version = 1;

// Whole numbers without a decimal point; null for what is not finite.
Json number(double value);
// The first message: what is searched, and for what.
Json start_message(const SearchProblem& problem);

// What a program said, for an error: printable, on one line and not too long.
std::string shown(std::string_view text);
// The same for several lines.
std::string indented(std::string_view text);

}  // namespace campaign_sim
