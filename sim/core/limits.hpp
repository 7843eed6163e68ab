// How large a simulation may be asked for: a wrong unit should not ask for a million hosts.
#pragma once

#include <cstdint>

namespace campaign_sim {

inline constexpr std::uint32_t most_accelerators =
    1'000'000;  // of a platform, and of a trial; nodes and links, too
inline constexpr std::uint32_t most_accelerators_per_node = 64;

}  // namespace campaign_sim
