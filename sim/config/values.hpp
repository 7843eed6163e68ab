// What stands under a key, as a value that the key accepts. Private to sim/config.
//
// What is found wrong is reported at its place, and nothing is returned.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/config/cursor.hpp"
#include "sim/config/units.hpp"

namespace campaign_sim::config {

// Something that was looked up: not there, there but wrong (which was reported), or fine.
enum class State : std::uint8_t { missing, wrong, good };

struct Scalar {
  State state = State::missing;
  std::string text;
  Place place;
  NodePtr range = nullptr;  // the mapping, where it was written as a range; then there may be no text
  NodePtr node = nullptr;   // that it was read from
};

// Whether a key's value may be written as a range: only a number's may.
enum class Ranges : std::uint8_t { refused, taken };

// A value in the range, for callers to go on with after a mistake.
double harmless(const Range& range);
std::int64_t harmless_integer(const Range& range);

// What stands under a key, `{value: …}` unwrapped.
NodePtr unwrapped(Cursor& cursor, std::string_view key, const NodePtr& node);
Scalar scalar_of(Cursor& cursor, std::string_view key, const NodePtr& node, Ranges ranges = Ranges::refused);
Scalar scalar(Cursor& cursor, std::string_view key, Ranges ranges = Ranges::refused);
// The list under a key.
NodePtr list_of(Cursor& cursor, std::string_view key, std::string_view example);

std::optional<double> checked_number(Cursor& cursor, std::string_view key, const Scalar& value,
                                     const Range& range);
std::optional<std::int64_t> checked_integer(Cursor& cursor, std::string_view key, const Scalar& value,
                                            const Range& range);
// In base units.
std::optional<double> checked_amount(Cursor& cursor, std::string_view key, const Scalar& value,
                                     const Range& range, const Dimension& dimension);
std::optional<std::string> checked_name(Cursor& cursor, std::string_view key, const Scalar& value,
                                        std::span<const std::string_view> names);
void check_currency(Cursor& cursor, std::string_view key, const Place& place, const std::string& currency);

}  // namespace campaign_sim::config
