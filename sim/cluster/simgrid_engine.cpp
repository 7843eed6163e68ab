// Starting SimGrid, and ending it: one engine for one campaign.
#include <simgrid/plugins/energy.h>
#include <simgrid/version.h>
#include <xbt/log.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <memory>
#include <simgrid/Exception.hpp>
#include <simgrid/s4u/Actor.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <string>
#include <vector>

#include "sim/cluster/simgrid_actor.hpp"
#include "sim/cluster/simgrid_cluster.hpp"
#include "sim/cluster/simgrid_machines.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim {
namespace {

namespace s4u = simgrid::s4u;

// SimGrid takes Ctrl-C for itself and ends the program; what an interrupt means is not ours to decide.
class KeepInterruptHandler {
 public:
  KeepInterruptHandler() { sigaction(SIGINT, nullptr, &before_); }
  ~KeepInterruptHandler() { sigaction(SIGINT, &before_, nullptr); }
  KeepInterruptHandler(const KeepInterruptHandler&) = delete;
  KeepInterruptHandler& operator=(const KeepInterruptHandler&) = delete;

 private:
  struct sigaction before_ {};
};

std::unique_ptr<s4u::Engine> make_engine() {
  const KeepInterruptHandler keep;
  xbt_log_control_set("root.thresh:error");  // one line per host at the end, one per option set
  std::vector<std::string> words = engine_options();
  words.insert(words.begin(), "campaign-sim");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  return std::make_unique<s4u::Engine>(&count, arguments.data());
}

}  // namespace

std::string engine_version() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  sg_version_get(&major, &minor, &patch);
  return "SimGrid " + std::to_string(major) + "." + std::to_string(minor);
}

void run_on_simgrid(const Platform& platform, const std::function<void(Cluster&)>& campaign) {
  const auto engine = make_engine();
  // A job that moves data has a courier for its exchanges and one for its input.
  const auto moves = [](const ClusterSpec& cluster) { return cluster.network || cluster.storage; };
  const std::uint32_t actors_a_job = std::ranges::any_of(platform.clusters, moves) ? 3 : 1;
  set_up_stacks(actors_a_job * platform.accelerators());
  // Links carry what they promise, each way for itself: no headers, no acknowledgements that take bandwidth.
  s4u::Engine::set_config("network/model", std::string{"CM02"});
  s4u::Engine::set_config("network/crosstraffic", false);
  sg_host_energy_plugin_init();  // before the hosts: it reads their power when they are made
  if (const auto file = users_file(platform); !file.empty()) engine->load_platform(file);
  Machines machines{platform};
  SimgridCluster cluster{machines};

  std::exception_ptr failure;  // an exception that left an actor would end the program
  bool returned = false;
  s4u::Actor::create("campaign", machines.control(), [&] {
    try {
      campaign(cluster);
      returned = true;
    } catch (const simgrid::ForcefulKillException&) {
      throw;
    } catch (...) {
      failure = std::current_exception();
    }
    cluster.close();
  });
  engine->run();
  if (failure) std::rethrow_exception(failure);
  CS_EXPECT(returned);  // SimGrid ends actors that it finds in a deadlock
}

}  // namespace campaign_sim
