#include "sim/cluster/simgrid_actor.hpp"

#include <simgrid/s4u/Actor.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <string>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#define CAMPAIGN_SIM_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CAMPAIGN_SIM_ADDRESS_SANITIZER
#endif
#endif

namespace campaign_sim {
namespace {

#ifdef CAMPAIGN_SIM_ADDRESS_SANITIZER
constexpr unsigned stack_kib = 1024;  // the sanitizers widen every frame
#else
constexpr unsigned stack_kib = 128;  // the unit is SimGrid's: Actor::set_stacksize takes KiB
#endif

// Each stack with a guard page takes two of the 65,530 memory maps that Linux grants a process by default.
constexpr std::uint32_t most_guarded = 20000;

}  // namespace

std::vector<std::string> engine_options() {
#ifdef CAMPAIGN_SIM_ADDRESS_SANITIZER
  // The sanitizer does not know stacks that SimGrid switches itself, and takes exceptions on them for errors.
  return {"--cfg=contexts/factory:thread"};
#else
  return {};
#endif
}

void set_up_stacks(std::uint32_t actors) {
  if (actors > most_guarded) simgrid::s4u::Engine::set_config("contexts/guard-size", 0);
}

void start_actor(const char* name, simgrid::s4u::Host* host, std::function<void()> code) {
  simgrid::s4u::Actor::init(name, host)->set_stacksize(stack_kib)->start(std::move(code));
}

}  // namespace campaign_sim
