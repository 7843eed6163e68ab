#include "sim/core/space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/core/expect.hpp"

namespace campaign_sim {

std::uint64_t digest(const Configuration& configuration) {
  // FNV-1a over 64-bit words, then a finaliser (MurmurHash3's) so that near configurations differ in
  // every bit.
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const double value : configuration.values) {
    const double canonical = std::isnan(value) ? inactive : value + 0.0;  // -0.0 becomes 0.0
    hash = (hash ^ std::bit_cast<std::uint64_t>(canonical)) * 0x100000001b3;
    hash = std::rotl(hash, 31);
  }
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 33);
}

std::optional<std::size_t> Space::find(std::string_view name) const {
  const auto found = std::ranges::find(parameters, name, &Parameter::name);
  if (found == parameters.end()) return std::nullopt;
  return static_cast<std::size_t>(found - parameters.begin());
}

bool Space::allows(const Configuration& configuration) const {
  return std::ranges::all_of(constraints,
                             [&](const Constraint& constraint) { return constraint.holds(configuration); });
}

double number_of(const Parameter& parameter, double value) {
  if (std::isnan(value) || !parameter.is_choice()) return value;
  const auto choice = static_cast<std::size_t>(value);
  CS_EXPECT(choice < parameter.choice_numbers.size());
  return parameter.choice_numbers[choice];
}

std::string text_of(const Parameter& parameter, double value) {
  if (std::isnan(value)) return {};
  if (!parameter.is_choice()) return fmt::format("{}", value);
  const auto choice = static_cast<std::size_t>(value);
  CS_EXPECT(choice < parameter.choices.size());
  return parameter.choices[choice];
}

}  // namespace campaign_sim
