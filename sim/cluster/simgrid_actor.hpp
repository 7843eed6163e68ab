// Actors as small as they can be: a campaign has thousands.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace simgrid::s4u {
class Host;
}

namespace campaign_sim {

// What the engine must be told when it is made: how actors take turns is settled there.
std::vector<std::string> engine_options();
// How SimGrid keeps the stacks of so many actors. To be called once there is an engine: it does not know the
// options before.
void set_up_stacks(std::uint32_t actors);

// It lives until the code returns. `name` is for SimGrid's messages.
void start_actor(const char* name, simgrid::s4u::Host* host, std::function<void()> code);

}  // namespace campaign_sim
