// Numbers and units as people write them: `300 k`, `250 W`, `0.43 kg/kWh`, `25 Gbit/s`.
//
// A unit is `atom` or `atom/atom`, where the atoms stand in one table; a currency is its ISO 4217 code.
// Case matters (a MW is not a mW), and each unit has one meaning: FLOPS, which may be a count or a
// rate, is none.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace campaign_sim::config {

using Dimension = std::array<int, 6>;  // of core/units.hpp: second, joule, byte, flop, kilogram, money

// A finite decimal number; nothing else is one (no `.nan`, no hexadecimal, no spaces).
std::optional<double> parse_plain_number(std::string_view text);
// The same, perhaps followed by k, M, G or T: `300 k`.
std::optional<double> parse_number(std::string_view text);
// What is wrong behind the number in a text that only begins with one: "; behind the number …"; empty for
// others.
std::string why_not_only_number(std::string_view text);

struct Amount {
  double base = 0;
  Dimension dimension{};
  std::string currency;  // empty if there is none in the unit
};

// The two halves of an amount, as they are written: `300 gCO2e/kWh` is 300 and "gCO2e/kWh". No number where
// the text does not begin with a finite one.
std::pair<std::optional<double>, std::string_view> split_amount(std::string_view text);

// "a power, such as 250 W"
std::string describe_dimension(const Dimension& dimension);

// The amount, or what is wrong with it, as the end of a message about a key that expects `expected`:
// "expected a power, such as 250 W, but '250' has no unit".
std::variant<Amount, std::string> parse_amount(std::string_view text, const Dimension& expected);

// The same of whatever dimension; nothing if it is no number with a unit.
std::optional<Amount> parse_any_amount(std::string_view text);

// The shortest way to write an amount that reads back as exactly the same number (or, where a unit's factor
// allows none, as the nearest).
std::string write_amount(double base, const Dimension& dimension, std::string_view currency);
// The shortest decimal number that reads back as the same.
std::string write_number(double value);

}  // namespace campaign_sim::config
