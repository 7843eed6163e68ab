// The cluster port on SimGrid 3.32.
//
// One actor runs the campaign. Each running job has a worker: an actor with a small stack that sleeps on a
// semaphore of its own between jobs, so a campaign of a million segments makes no more actors than it ever
// has jobs at once. Workers put what they finished in a queue; the first one wakes the campaign. (An actor
// per job, or waiting for any of all executions at once, is several times slower.)
#include <simgrid/plugins/energy.h>
#include <simgrid/version.h>
#include <xbt/log.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <exception>
#include <limits>
#include <memory>
#include <simgrid/Exception.hpp>
#include <simgrid/s4u/Actor.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Exec.hpp>
#include <simgrid/s4u/Host.hpp>
#include <simgrid/s4u/Semaphore.hpp>
#include <simgrid/simix.hpp>
#include <string>
#include <utility>

#include "sim/cluster/cluster.hpp"
#include "sim/cluster/simgrid_machines.hpp"
#include "sim/cluster/simgrid_mover.hpp"
#include "sim/cluster/simgrid_precision.hpp"
#include "sim/core/expect.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define CAMPAIGN_SIM_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CAMPAIGN_SIM_ADDRESS_SANITIZER
#endif
#endif

namespace campaign_sim {
namespace {

namespace s4u = simgrid::s4u;

#ifdef CAMPAIGN_SIM_ADDRESS_SANITIZER
constexpr unsigned worker_stack_kib = 1024;  // the sanitizers widen every frame
#else
constexpr unsigned worker_stack_kib = 128;  // the unit is SimGrid's: Actor::set_stacksize takes KiB
#endif

// Each stack with a guard page takes two of the 65,530 memory maps that Linux grants a process by default.
constexpr std::uint32_t most_guarded_workers = 20000;

// Performs a track in the background of a job's phases.
struct Courier {
  explicit Courier(Instant& instant) : mover{instant} {}

  s4u::SemaphorePtr assigned = s4u::Semaphore::create(0);
  const Track* track = nullptr;
  const std::vector<std::uint32_t>* nodes = nullptr;
  Mover mover;
  bool over = false;
  s4u::SemaphorePtr awaited;  // by the job's worker, which is not awake meanwhile
};

struct Worker {
  explicit Worker(Instant& instant) : mover{instant} {}

  s4u::SemaphorePtr assigned = s4u::Semaphore::create(0);
  Job job;
  bool has_job = false;
  bool cancelled = false;            // it ends now
  std::vector<std::uint32_t> nodes;  // of the job, if data moves between them
  std::vector<MeteredPhase> metered;
  std::vector<s4u::ExecPtr> executions;  // of the current phase, one per accelerator
  Mover mover;
  std::vector<Courier*> couriers;  // of the tracks that have begun
  s4u::SemaphorePtr track_over = s4u::Semaphore::create(0);
};

// An execution without an end, which gets no share of its accelerator while that does not wait for data. (To
// make one for each time would be to cancel it each time, which costs ten times as much; and SimGrid 3.32
// suspends an activity only once.)
struct Waiting {
  s4u::ExecPtr execution;
  Watts draw;
};

class SimgridCluster final : public Cluster {
 public:
  explicit SimgridCluster(Machines& machines)
      : machines_{machines}, busy_(machines.count()), waiting_(machines.count()) {}

  Seconds now() const override { return Seconds{s4u::Engine::get_clock()}; }
  Joules meter(std::uint32_t accelerator) const override { return machines_.meter({&accelerator, 1}); }
  Joules total() const override { return machines_.total(); }
  void start(Job job) override;
  std::vector<JobDone> wait(std::optional<Seconds> until) override;
  std::vector<JobDone> cancel(std::span<const std::uint64_t> jobs) override;
  std::vector<JobDone> cancel_all() override;
  void switch_off(std::uint32_t node) override;
  void switch_on(std::uint32_t node) override { machines_.switch_on(node); }
  // Ends every worker; nothing can be started afterwards.
  void close();

 private:
  Worker& idle_worker();
  void wake_started();
  void settle();
  void sleep_until(Seconds until);
  std::vector<JobDone> take_done();
  void work(Worker& worker);
  void run_phase(Worker& worker, const Phase& phase);
  void compute(Worker& worker, const Phase& phase);

  void begin(Worker& worker, const Track& track);
  void finish(Worker& worker, Courier& courier);
  void finish_all(Worker& worker);
  void move(Worker& worker, const Phase& phase);
  void draw_while_waiting(const std::vector<std::uint32_t>& accelerators, Watts draw);
  void carry(Courier& courier);

  Machines& machines_;
  Precision precision_;
  std::vector<bool> busy_;        // by accelerator
  std::vector<Waiting> waiting_;  // by accelerator
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Worker*> idle_;
  std::vector<Worker*> started_;  // have a job, do not know it yet
  std::vector<std::unique_ptr<Courier>> couriers_;
  std::vector<Courier*> idle_couriers_;
  std::vector<JobDone> done_;
  s4u::SemaphorePtr ended_ = s4u::Semaphore::create(0);
  bool campaign_sleeps_ = false;  // on `ended_`
  Instant instant_;
  bool closing_ = false;
  std::size_t running_ = 0;
  std::size_t cancelled_ = 0;  // of these, those that are about to end
};

Worker& SimgridCluster::idle_worker() {
  if (idle_.empty()) {
    auto& worker = *workers_.emplace_back(std::make_unique<Worker>(instant_));
    s4u::Actor::init("worker", machines_.control())->set_stacksize(worker_stack_kib)->start([this, &worker] {
      work(worker);
    });
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
    for (const auto& phase : job.phases)
      CS_EXPECT(!phase.draw || (*phase.draw > Watts{0} && *phase.draw <= machines_.max(accelerator)));
  }
  bool moves = false;
  for (const auto& phase : job.phases) {
    CS_EXPECT(std::isfinite(phase.duration.base()) && phase.duration >= Seconds{0});
    moves = moves || phase.movement;
  }

  for (const auto accelerator : job.accelerators) busy_[accelerator] = true;
  auto& worker = idle_worker();
  worker.nodes.clear();
  if (moves)
    for (const auto accelerator : job.accelerators)
      if (const auto node = machines_.node(accelerator); worker.nodes.empty() || node != worker.nodes.back())
        worker.nodes.push_back(node);
  worker.job = std::move(job);
  worker.has_job = true;
  worker.mover.allow();
  started_.push_back(&worker);
  ++running_;
  ++instant_.awake;
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
  while (instant_.awake > 0) s4u::this_actor::yield();
}

std::vector<JobDone> SimgridCluster::take_done() {
  std::sort(done_.begin(), done_.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return std::exchange(done_, {});
}

std::vector<JobDone> SimgridCluster::wait(std::optional<Seconds> until) {
  CS_EXPECT(running_ > 0 || !done_.empty() || until);
  wake_started();
  if (done_.empty()) {
    campaign_sleeps_ = true;
    if (until)
      sleep_until(*until);
    else
      ended_->acquire();
  }
  settle();
  return take_done();
}

// Time alone may have woken the campaign, in the same round as workers whose jobs end at that instant.
void SimgridCluster::sleep_until(Seconds until) {
  precision_.expect(until);
  const Seconds left = until - now();
  const bool is_late = left > Seconds{} && ended_->acquire_timeout(left.base());
  if (!is_late && left > Seconds{}) return;
  s4u::this_actor::yield();
  settle();
  const bool somebody_called = !std::exchange(campaign_sleeps_, false);
  if (somebody_called) ended_->acquire();  // nobody else may be called for it
}

std::vector<JobDone> SimgridCluster::cancel_all() {
  std::vector<std::uint64_t> jobs;
  for (const auto& worker : workers_)
    if (worker->has_job) jobs.push_back(worker->job.id);
  return cancel(jobs);
}

std::vector<JobDone> SimgridCluster::cancel(std::span<const std::uint64_t> jobs) {
  std::vector<std::uint64_t> ids(jobs.begin(), jobs.end());
  std::ranges::sort(ids);
  std::vector<Worker*> workers;
  for (const auto& worker : workers_)
    if (worker->has_job && std::ranges::binary_search(ids, worker->job.id)) workers.push_back(worker.get());
  CS_EXPECT(workers.size() == jobs.size());
  cancelled_ = workers.size();
  for (auto* worker : workers) worker->cancelled = true;  // a job that has not begun does nothing at all
  wake_started();
  settle();
  simgrid::kernel::actor::simcall_answered([&] {
    for (auto* worker : workers) {
      for (const auto& execution : worker->executions) execution->cancel();
      worker->mover.cut();
      for (auto* courier : worker->couriers) courier->mover.cut();
    }
  });
  while (cancelled_ > 0) s4u::this_actor::yield();
  // What else ended at this instant is for the next to wait.
  const auto others = std::stable_partition(done_.begin(), done_.end(), [&](const JobDone& done) {
    return std::ranges::binary_search(ids, done.id);
  });
  std::vector<JobDone> later(std::make_move_iterator(others), std::make_move_iterator(done_.end()));
  done_.erase(others, done_.end());
  std::vector<JobDone> cancelled = take_done();
  done_ = std::move(later);
  return cancelled;
}

void SimgridCluster::switch_off(std::uint32_t node) {
  for (auto [accelerator, end] = machines_.accelerators_of(node); accelerator < end; ++accelerator) {
    CS_EXPECT(!busy_[accelerator]);
    if (auto& execution = waiting_[accelerator].execution) execution->cancel();
    waiting_[accelerator].execution = nullptr;
  }
  machines_.switch_off(node);
}

void SimgridCluster::close() {
  cancel_all();
  closing_ = true;
  simgrid::kernel::actor::simcall_answered([this] {
    for (const auto& worker : workers_) worker->assigned->release();
    for (const auto& courier : couriers_) courier->assigned->release();
  });
}

void SimgridCluster::work(Worker& worker) {
  for (;;) {
    worker.assigned->acquire();
    if (closing_) return;
    worker.metered.reserve(worker.job.phases.size());
    for (const auto& phase : worker.job.phases)
      if (!worker.cancelled) run_phase(worker, phase);
    if (!worker.couriers.empty()) finish_all(worker);
    worker.has_job = false;
    if (std::exchange(worker.cancelled, false)) --cancelled_;
    done_.push_back({worker.job.id, std::exchange(worker.metered, {})});
    for (const auto accelerator : worker.job.accelerators) busy_[accelerator] = false;
    idle_.push_back(&worker);
    --running_;
    --instant_.awake;
    if (std::exchange(campaign_sleeps_, false)) ended_->release();
  }
}

void SimgridCluster::run_phase(Worker& worker, const Phase& phase) {
  if (phase.movement && !phase.movement->begin.empty()) {
    finish_all(worker);
    for (const Track& track : phase.movement->begin) begin(worker, track);
  }
  const Seconds start = now();
  precision_.expect(start + phase.duration);
  if (start + phase.duration == start) {  // nothing, or too short for the clock to notice
    worker.metered.push_back({start, start, Joules{0}});
  } else if (phase.draw) {
    compute(worker, phase);
  } else {
    const Joules before = machines_.meter(worker.job.accelerators);
    worker.mover.rest(phase.duration);
    worker.metered.push_back({start, now(), machines_.meter(worker.job.accelerators) - before});
  }
  if (phase.movement) move(worker, phase);
}

void SimgridCluster::compute(Worker& worker, const Phase& phase) {
  const Seconds start = now();
  // Made here, so that they are the worker's; set up and started in one call into the kernel instead of
  // four each.
  const auto loads = machines_.loads(worker.job.accelerators, *phase.draw);
  for (std::size_t n = loads.size(); n > 0; --n) worker.executions.push_back(s4u::Exec::init());
  Joules before;
  simgrid::kernel::actor::simcall_answered([&] {
    for (std::size_t i = 0; i < loads.size(); ++i)
      worker.executions[i]
          ->set_flops_amount(phase.duration.base() * loads[i].rate)
          ->set_host(loads[i].host)
          ->set_bound(loads[i].rate)
          ->start();
    // After the start, which has just brought the meters up to this instant: so it costs nothing.
    before = machines_.meter(worker.job.accelerators);
  });
  --instant_.awake;
  for (std::size_t i = 0; i < worker.executions.size(); ++i) {
    try {
      worker.executions[i]->wait();
    } catch (const simgrid::CancelException&) {
      // The phase ends here; the rest of the job is skipped by our caller.
    }
    if (i == 0) ++instant_.awake;  // the others end with it: same start, same duration
  }
  worker.executions.clear();
  worker.metered.push_back({start, now(), machines_.meter(worker.job.accelerators) - before});
}

// ---- moving data --------------------------------------------------------------------------------------

void SimgridCluster::begin(Worker& worker, const Track& track) {
  if (idle_couriers_.empty()) {
    auto& courier = *couriers_.emplace_back(std::make_unique<Courier>(instant_));
    s4u::Actor::init("courier", machines_.control())
        ->set_stacksize(worker_stack_kib)
        ->start([this, &courier] { carry(courier); });
    idle_couriers_.push_back(&courier);
  }
  Courier& courier = *idle_couriers_.back();
  idle_couriers_.pop_back();
  courier.track = &track;
  courier.nodes = &worker.nodes;
  courier.over = false;
  courier.mover.allow();
  worker.couriers.push_back(&courier);
  ++instant_.awake;  // it has something to do from now on
  courier.assigned->release();
}

void SimgridCluster::carry(Courier& courier) {
  for (;;) {
    courier.assigned->acquire();
    if (closing_) return;
    courier.mover.perform(*courier.track, *courier.nodes, machines_.interconnect());
    courier.over = true;
    if (courier.awaited)
      std::exchange(courier.awaited, nullptr)->release();  // now the worker is awake in its place
    else
      --instant_.awake;
  }
}

void SimgridCluster::finish(Worker& worker, Courier& courier) {
  if (courier.over) return;
  courier.awaited = worker.track_over;
  --instant_.awake;
  worker.track_over->acquire();
}

void SimgridCluster::finish_all(Worker& worker) {
  for (Courier* courier : worker.couriers) finish(worker, *courier);
  idle_couriers_.insert(idle_couriers_.end(), worker.couriers.begin(), worker.couriers.end());
  worker.couriers.clear();
}

// Lengthens the phase that has just been metered.
void SimgridCluster::move(Worker& worker, const Phase& phase) {
  const Movement& movement = *phase.movement;
  const auto is_over = [&](std::uint32_t track) { return worker.couriers[track]->over; };
  if (movement.perform.empty() && std::ranges::all_of(movement.finish, is_over)) return;
  const auto& accelerators = worker.job.accelerators;
  const Joules before = machines_.meter(accelerators);
  if (phase.draw) draw_while_waiting(accelerators, *phase.draw);
  for (const std::uint32_t track : movement.finish) finish(worker, *worker.couriers[track]);
  worker.mover.perform(movement.perform, worker.nodes, machines_.interconnect());
  // The meter is read before the draw changes: it takes what is drawn now for what was drawn until now.
  worker.metered.back().end = now();
  worker.metered.back().energy += machines_.meter(accelerators) - before;
  if (!phase.draw) return;
  constexpr double no_share = std::numeric_limits<double>::infinity();  // its inverse weighs the execution
  simgrid::kernel::actor::simcall_answered([&] {
    for (const auto accelerator : accelerators) waiting_[accelerator].execution->update_priority(no_share);
  });
}

void SimgridCluster::draw_while_waiting(const std::vector<std::uint32_t>& accelerators, Watts draw) {
  constexpr double endless = 1e18;  // seconds
  for (const auto accelerator : accelerators) {
    Waiting& waiting = waiting_[accelerator];
    if (waiting.execution && waiting.draw == draw) {
      waiting.execution->update_priority(1);
      continue;
    }
    if (waiting.execution) waiting.execution->cancel();
    const double rate = machines_.rate(accelerator, draw);
    waiting = {s4u::Exec::init(), draw};
    waiting.execution->set_flops_amount(endless * rate)
        ->set_host(machines_.host(accelerator))
        ->set_bound(rate)
        ->start();
  }
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
#ifdef CAMPAIGN_SIM_ADDRESS_SANITIZER
  // The sanitizer does not know stacks that SimGrid switches itself, and takes exceptions on them for errors.
  s4u::Engine::set_config("contexts/factory", std::string{"thread"});
#endif
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
  // A job that moves data has a courier for its exchanges and one for its input.
  const auto moves = [](const ClusterSpec& cluster) { return cluster.network || cluster.storage; };
  const std::uint32_t actors_a_job = std::ranges::any_of(platform.clusters, moves) ? 3 : 1;
  if (platform.accelerators() > most_guarded_workers / actors_a_job)
    s4u::Engine::set_config("contexts/guard-size", 0);
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
