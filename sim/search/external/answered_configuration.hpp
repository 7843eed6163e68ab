// The configuration in a search program's answer.
#pragma once

#include "sim/core/space.hpp"
#include "sim/search/external/conversation.hpp"

namespace campaign_sim {

// Ends the conversation where it is none of the space's; constraints are not looked at.
Configuration configuration_in(const Json& answer, const Space& space, Conversation& conversation);

}  // namespace campaign_sim
