// A SimGrid program without a campaign around it: what the activities of a campaign cost by themselves.
//
//   bare_simgrid ACCELERATORS ACTIVITIES
//
// The shape is the one that campaign-sim uses (one loop actor, a pool of re-used workers, the energy plugin,
// the meter read at both ends of each activity) and nothing else: no strategy, no workload, no ledger, no
// files. The activities are like those of fixed.yaml beside this file: one accelerator each, about
// 150 s, no two in step.
// Prints one line of JSON.
#include <simgrid/plugins/energy.h>
#include <sys/resource.h>
#include <xbt/log.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <simgrid/s4u.hpp>
#include <simgrid/simix.hpp>
#include <string>
#include <vector>

namespace {

namespace s4u = simgrid::s4u;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Worker {
  s4u::SemaphorePtr assigned = s4u::Semaphore::create(0);
  s4u::Host* host = nullptr;
  double duration_s = 0;
  double energy_j = 0;
  bool last = false;
};

constexpr double speed = 1e12;
constexpr double share = 0.8;  // of full power

// 100 s to 200 s, spread evenly and reproducibly: an accelerator's jobs do not end in step with the others'.
double duration_s(std::uint64_t activity) {
  return 100 + 100 * static_cast<double>(activity * 7919 % 104729) / 104729;
}

struct Bench {
  std::vector<s4u::Host*> hosts;
  std::vector<std::unique_ptr<Worker>> workers;
  std::deque<Worker*> ended;
  s4u::SemaphorePtr wake = s4u::Semaphore::create(0);
  double energy_j = 0;

  void work(Worker& worker) {
    for (;;) {
      worker.assigned->acquire();
      if (worker.last) return;
      const auto execution = s4u::Exec::init();
      simgrid::kernel::actor::simcall_answered([&] {
        execution->set_flops_amount(worker.duration_s * share * speed)
            ->set_host(worker.host)
            ->set_bound(share * speed)
            ->start();
      });
      const double before = sg_host_get_consumed_energy(worker.host);
      execution->wait();
      worker.energy_j = sg_host_get_consumed_energy(worker.host) - before;
      ended.push_back(&worker);
      wake->release();
    }
  }

  void loop(std::uint64_t activities) {
    std::uint64_t next = 0;
    const auto start = [&](Worker& worker) {
      worker.duration_s = duration_s(next++);
      worker.assigned->release();
    };
    for (auto* host : hosts) {
      if (next == activities) break;
      auto& worker = *workers.emplace_back(std::make_unique<Worker>());
      worker.host = host;
      s4u::Actor::init("worker", hosts.front())->set_stacksize(128)->start([this, &worker] { work(worker); });
      start(worker);
    }
    for (std::uint64_t done = 0; done < activities; ++done) {
      wake->acquire();
      auto& worker = *ended.front();
      ended.pop_front();
      energy_j += worker.energy_j;
      if (next < activities) start(worker);
    }
    for (const auto& worker : workers) {
      worker->last = true;
      worker->assigned->release();
    }
  }
};

}  // namespace

int main(int argc, char** argv) {
  const auto program_start = Clock::now();
  if (argc != 3) {
    std::fprintf(stderr, "usage: bare_simgrid ACCELERATORS ACTIVITIES\n");
    return 2;
  }
  const auto accelerators = std::strtoul(argv[1], nullptr, 10);
  const auto activities = std::strtoull(argv[2], nullptr, 10);

  xbt_log_control_set("root.thresh:error");
  s4u::Engine engine{"bare_simgrid"};
  sg_host_energy_plugin_init();
  Bench bench;
  auto* zone = s4u::create_empty_zone("platform");
  for (unsigned long i = 0; i < accelerators; ++i) {
    auto* host = zone->create_host("accelerator-" + std::to_string(i), speed);
    host->set_property("wattage_per_state", "100:0:400")->seal();
    bench.hosts.push_back(host);
  }
  zone->seal();

  s4u::Actor::create("loop", bench.hosts.front(), [&] { bench.loop(activities); });
  const auto loop_start = Clock::now();
  engine.run();
  const double loop_s = seconds_since(loop_start);

  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "{\"loop_s\": %.6f, \"program_s\": %.6f, \"makespan_s\": %.3f, \"energy_j\": %.6e, \"peak_kib\": "
      "%ld}\n",
      loop_s, seconds_since(program_start), s4u::Engine::get_clock(), bench.energy_j, usage.ru_maxrss);
  return 0;
}
