// Actors as small as they can be: a campaign has thousands.
#pragma once

#include <cstdint>
#include <functional>

namespace simgrid::s4u {
class Host;
}

namespace campaign_sim {

// How SimGrid keeps the stacks of so many actors. To be called before there is an engine.
void set_up_stacks(std::uint32_t actors);

// It lives until the code returns. `name` is for SimGrid's messages.
void start_actor(const char* name, simgrid::s4u::Host* host, std::function<void()> code);

}  // namespace campaign_sim
