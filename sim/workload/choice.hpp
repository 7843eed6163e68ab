// An enum that a scenario names.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "sim/config/reader.hpp"

namespace campaign_sim {

// One of the names, in the order of the enum's values.
template <class Enum, std::size_t n>
Enum read_choice(Reader& workload, std::string_view key, const std::array<std::string_view, n>& names,
                 Enum fallback) {
  const std::string name = workload.one_of_or(key, names[static_cast<std::size_t>(fallback)], names);
  const auto found = std::ranges::find(names, name);
  return static_cast<Enum>(found == names.end() ? 0 : found - names.begin());
}

}  // namespace campaign_sim
