// The cluster port on SimGrid 3.32.
//
// One actor runs the campaign. Each running job has a worker: an actor with a small stack that sleeps on a
// semaphore of its own between jobs, so a campaign of a million segments makes no more actors than it ever
// has jobs at once. Workers put what they finished in a queue; the first one wakes the campaign. (An actor
// per job, or waiting for any of all executions at once, is several times slower.)
#include <simgrid/plugins/energy.h>
#include <xbt/log.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <exception>
#include <memory>
#include <simgrid/Exception.hpp>
#include <simgrid/s4u/Actor.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Exec.hpp>
#include <simgrid/s4u/Host.hpp>
#include <simgrid/s4u/Semaphore.hpp>
#include <simgrid/simix.hpp>
#include <simgrid/version.h>
#include <utility>

#include "sim/cluster/cluster.hpp"
#include "sim/cluster/simgrid_machines.hpp"
#include "sim/core/expect.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define CAMPAIGN_SIM_BIG_STACKS
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CAMPAIGN_SIM_BIG_STACKS
#endif
#endif

namespace campaign_sim {
namespace {

namespace s4u = simgrid::s4u;

#ifdef CAMPAIGN_SIM_BIG_STACKS
constexpr unsigned worker_stack_bytes = 256 * 1024;  // the sanitizers widen every frame
#else
constexpr unsigned worker_stack_bytes = 16 * 1024;
#endif

// Each stack with a guard page takes two of the 65,530 memory maps that Linux grants a process by default.
constexpr std::uint32_t most_guarded_workers = 20000;

struct Worker {
  s4u::SemaphorePtr assigned = s4u::Semaphore::create(0);
  Job job;
  std::vector<MeteredPhase> metered;
  std::vector<s4u::ExecPtr> executions;  // of the current phase, one per accelerator
  s4u::SemaphorePtr cut_short = s4u::Semaphore::create(0);
  bool resting = false;  // in a phase without a draw: nothing executes, only time passes
};

class SimgridCluster final : public Cluster {
 public:
  explicit SimgridCluster(Machines& machines) : machines_{machines}, busy_(machines.count()) {}

  Seconds now() const override { return Seconds{s4u::Engine::get_clock()}; }
  Joules meter(std::uint32_t accelerator) const override { return machines_.meter({&accelerator, 1}); }
  Joules total() const override { return machines_.total(); }
  void start(Job job) override;
  std::vector<JobDone> wait() override;
  std::vector<JobDone> cancel_all() override;
  // Ends every worker; nothing can be started afterwards.
  void close();

 private:
  Worker& idle_worker();
  void wake_started();
  void settle();
  std::vector<JobDone> take_done();
  void work(Worker& worker);
  void run_phase(Worker& worker, const Phase& phase);

  Machines& machines_;
  std::vector<bool> busy_;  // by accelerator
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Worker*> idle_;
  std::vector<Worker*> started_;  // have a job, do not know it yet
  std::vector<JobDone> done_;
  s4u::SemaphorePtr ended_ = s4u::Semaphore::create(0);
  bool campaign_sleeps_ = false;  // on `ended_`
  bool cancelling_ = false;
  bool closing_ = false;
  std::size_t running_ = 0;
  std::size_t awake_ = 0;  // of the running ones, those that are not in the middle of an execution
};

Worker& SimgridCluster::idle_worker() {
  if (idle_.empty()) {
    auto& worker = *workers_.emplace_back(std::make_unique<Worker>());
    s4u::Actor::init("worker", machines_.control())
        ->set_stacksize(worker_stack_bytes)
        ->start([this, &worker] { work(worker); });
    return worker;
  }
  auto& worker = *idle_.back();
  idle_.pop_back();
  return worker;
}

void SimgridCluster::start(Job job) {
  CS_EXPECT(!job.accelerators.empty() && !job.phases.empty());
  for (const auto accelerator : job.accelerators) {
    CS_EXPECT(accelerator < machines_.count() && !busy_[accelerator]);
    CS_EXPECT(machines_.node(accelerator) == machines_.node(job.accelerators.front()));
    for (const auto& phase : job.phases)
      CS_EXPECT(!phase.draw || (*phase.draw > Watts{0} && *phase.draw <= machines_.max(accelerator)));
  }
  for (const auto& phase : job.phases)
    CS_EXPECT(std::isfinite(phase.duration.base()) && phase.duration >= Seconds{0});

  for (const auto accelerator : job.accelerators) busy_[accelerator] = true;
  auto& worker = idle_worker();
  worker.job = std::move(job);
  started_.push_back(&worker);
  ++running_;
  ++awake_;
}

// All at once: a call into the kernel costs as much as a context switch.
void SimgridCluster::wake_started() {
  if (started_.empty()) return;
  simgrid::kernel::actor::simcall_answered([this] {
    for (auto* worker : started_) worker->assigned->release();
  });
  started_.clear();
}

// Lets everything happen that happens at this instant. SimGrid resumes, in one round, the worker of every
// execution that ends at an instant, before it can resume anybody whom those workers wake. So when the
// campaign runs again, each of them has run at least once and counts as awake until it has ended its job or
// has gone into its next execution; and while the campaign only yields, time stands still.
void SimgridCluster::settle() {
  while (awake_ > 0) s4u::this_actor::yield();
}

std::vector<JobDone> SimgridCluster::take_done() {
  std::sort(done_.begin(), done_.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return std::exchange(done_, {});
}

std::vector<JobDone> SimgridCluster::wait() {
  CS_EXPECT(running_ > 0 || !done_.empty());
  wake_started();
  if (done_.empty()) {
    campaign_sleeps_ = true;
    ended_->acquire();
  }
  settle();
  return take_done();
}

std::vector<JobDone> SimgridCluster::cancel_all() {
  cancelling_ = true;  // a job that has not begun does nothing at all
  wake_started();
  settle();
  simgrid::kernel::actor::simcall_answered([this] {
    for (const auto& worker : workers_) {
      for (const auto& execution : worker->executions) execution->cancel();
      if (worker->resting) worker->cut_short->release();
    }
  });
  while (running_ > 0) s4u::this_actor::yield();
  cancelling_ = false;
  return take_done();
}

void SimgridCluster::close() {
  cancel_all();
  closing_ = true;
  simgrid::kernel::actor::simcall_answered([this] {
    for (const auto& worker : workers_) worker->assigned->release();
  });
}

void SimgridCluster::work(Worker& worker) {
  for (;;) {
    worker.assigned->acquire();
    if (closing_) return;
    worker.metered.reserve(worker.job.phases.size());
    for (const auto& phase : worker.job.phases)
      if (!cancelling_) run_phase(worker, phase);
    done_.push_back({worker.job.id, std::exchange(worker.metered, {})});
    for (const auto accelerator : worker.job.accelerators) busy_[accelerator] = false;
    idle_.push_back(&worker);
    --running_;
    --awake_;
    if (std::exchange(campaign_sleeps_, false)) ended_->release();
  }
}

void SimgridCluster::run_phase(Worker& worker, const Phase& phase) {
  const Seconds start = now();
  if (start + phase.duration == start) {  // nothing, or too short for the clock to notice
    worker.metered.push_back({start, start, Joules{0}});
    return;
  }
  if (!phase.draw) {
    const Joules before = machines_.meter(worker.job.accelerators);
    worker.resting = true;
    --awake_;
    worker.cut_short->acquire_timeout(phase.duration.base());
    ++awake_;
    worker.resting = false;
    worker.metered.push_back({start, now(), machines_.meter(worker.job.accelerators) - before});
    return;
  }
  for (const auto accelerator : worker.job.accelerators) {
    const double rate = machines_.rate(accelerator, *phase.draw);
    auto execution = s4u::this_actor::exec_init(phase.duration.base() * rate);
    execution->set_host(machines_.host(accelerator))->set_bound(rate)->start();
    worker.executions.push_back(std::move(execution));
  }
  // Read after the start, which has just brought the meters up to this instant: so it costs nothing.
  const Joules before = machines_.meter(worker.job.accelerators);
  --awake_;
  for (std::size_t i = 0; i < worker.executions.size(); ++i) {
    try {
      worker.executions[i]->wait();
    } catch (const simgrid::CancelException&) {
      // The phase ends here; the rest of the job is skipped by our caller.
    }
    if (i == 0) ++awake_;  // the others end with it: same start, same duration
  }
  worker.executions.clear();
  worker.metered.push_back({start, now(), machines_.meter(worker.job.accelerators) - before});
}

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
  return std::make_unique<s4u::Engine>("campaign-sim");
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
  if (platform.accelerators() > most_guarded_workers) s4u::Engine::set_config("contexts/guard-size", 0);
  sg_host_energy_plugin_init();  // before the hosts: it reads their power when they are made
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
