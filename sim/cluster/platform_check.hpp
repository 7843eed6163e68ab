// Whether SimGrid can make something of a platform.
#pragma once

#include <optional>
#include <string>

#include "sim/platform/platform.hpp"

namespace campaign_sim {

// Tries the platform out, if it comes from a file of SimGrid's own: SimGrid ends the program over what it
// does not like, so a child process tries. Why it fails, for the user, who then reads the file's name before
// it; nothing if all is well: it loads, and every node of a cluster can send to every other.
std::optional<std::string> why_not_simulable(const Platform& platform);

}  // namespace campaign_sim
