// The cluster port on SimGrid 3.32.
//
// One actor runs the campaign. Each running job has a worker: an actor with a small stack that sleeps on a
// semaphore of its own between jobs, so a campaign of a million segments makes no more actors than it ever
// has jobs at once. Workers put what they finished in a queue; the first one wakes the campaign. (An actor
// per job, or waiting for any of all executions at once, is several times slower.)
#pragma once

#include <memory>
#include <simgrid/s4u/Semaphore.hpp>
#include <vector>

#include "sim/cluster/cluster.hpp"
#include "sim/cluster/simgrid_machines.hpp"
#include "sim/cluster/simgrid_mover.hpp"
#include "sim/cluster/simgrid_precision.hpp"
#include "sim/cluster/simgrid_worker.hpp"

namespace campaign_sim {

class SimgridCluster final : public Cluster {
 public:
  explicit SimgridCluster(Machines& machines)
      : machines_{machines}, performer_{machines, instant_, precision_}, busy_(machines.count()) {}

  Seconds now() const override;
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

  Machines& machines_;
  Instant instant_;
  Precision precision_;
  Performer performer_;
  std::vector<bool> busy_;  // by accelerator
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Worker*> idle_;
  std::vector<Worker*> started_;  // have a job, do not know it yet
  std::vector<JobDone> done_;
  simgrid::s4u::SemaphorePtr ended_ = simgrid::s4u::Semaphore::create(0);
  bool campaign_sleeps_ = false;  // on `ended_`
  bool closing_ = false;
  std::size_t running_ = 0;
  std::size_t cancelled_ = 0;  // of these, those that are about to end
};

}  // namespace campaign_sim
