#include "sim/cluster/simgrid_cluster.hpp"

#include <algorithm>
#include <cmath>
#include <simgrid/s4u/Actor.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <simgrid/simix.hpp>
#include <utility>

#include "sim/cluster/simgrid_actor.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim {

namespace s4u = simgrid::s4u;

Seconds SimgridCluster::now() const { return Seconds{s4u::Engine::get_clock()}; }

Worker& SimgridCluster::idle_worker() {
  if (idle_.empty()) {
    auto& worker = *workers_.emplace_back(std::make_unique<Worker>(instant_));
    start_actor("worker", machines_.control(), [this, &worker] { work(worker); });
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
  const bool timed_out = left > Seconds{} && ended_->acquire_timeout(left.base());
  if (!timed_out && left > Seconds{}) return;
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
    for (auto* worker : workers) performer_.cut(*worker);
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
    performer_.switch_off(accelerator);
  }
  machines_.switch_off(node);
}

void SimgridCluster::close() {
  cancel_all();
  closing_ = true;
  simgrid::kernel::actor::simcall_answered([this] {
    for (const auto& worker : workers_) worker->assigned->release();
    performer_.close();
  });
}

void SimgridCluster::work(Worker& worker) {
  for (;;) {
    worker.assigned->acquire();
    if (closing_) return;
    performer_.perform(worker);
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

}  // namespace campaign_sim
