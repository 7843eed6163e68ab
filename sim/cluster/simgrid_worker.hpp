// Who works on a job, and how its phases are performed: executions that draw what the phase says, and data
// that move meanwhile or make it longer.
#pragma once

#include <simgrid/s4u/Exec.hpp>
#include <simgrid/s4u/Semaphore.hpp>
#include <vector>

#include "sim/cluster/cluster.hpp"
#include "sim/cluster/simgrid_couriers.hpp"
#include "sim/cluster/simgrid_machines.hpp"
#include "sim/cluster/simgrid_mover.hpp"
#include "sim/cluster/simgrid_precision.hpp"

namespace campaign_sim {

struct Worker {
  explicit Worker(Instant& instant) : mover{instant} {}

  simgrid::s4u::SemaphorePtr assigned = simgrid::s4u::Semaphore::create(0);
  Job job;
  bool has_job = false;
  bool cancelled = false;            // it ends now
  std::vector<std::uint32_t> nodes;  // of the job, if data moves between them
  std::vector<MeteredPhase> metered;
  std::vector<simgrid::s4u::ExecPtr> executions;  // of the current phase, one per accelerator
  Mover mover;
  std::vector<Courier*> couriers;  // of the tracks that have begun
  simgrid::s4u::SemaphorePtr track_over = simgrid::s4u::Semaphore::create(0);
};

// Everything here is called by the worker's own actor, and blocks it, unless it says otherwise.
class Performer {
 public:
  Performer(Machines& machines, Instant& instant, Precision& precision)
      : machines_{machines},
        instant_{instant},
        precision_{precision},
        waiting_(machines.count()),
        couriers_{machines, instant} {}

  // The worker's phases, until it is cancelled, and what they left under way.
  void perform(Worker& worker);
  // Ends what the worker does now. To be called inside SimGrid's kernel.
  void cut(Worker& worker);

  // These may be called by anybody: nothing is drawn by this accelerator any more, on which nobody works…
  void switch_off(std::uint32_t accelerator);
  // …and nobody works any more. To be called inside SimGrid's kernel.
  void close() { couriers_.close(); }

 private:
  // An execution without an end, which gets no share of its accelerator while that does not wait for data.
  // (To make one for each time would be to cancel it each time, which costs ten times as much; and
  // SimGrid 3.32 suspends an activity only once.)
  struct Waiting {
    simgrid::s4u::ExecPtr execution;
    Machines::Load on{};
  };

  void perform(Worker& worker, const Phase& phase);
  void compute(Worker& worker, const Phase& phase);
  void finish_all(Worker& worker);
  void move(Worker& worker, const Phase& phase);
  void draw_while_waiting(const std::vector<Machines::Load>& loads);

  Machines& machines_;
  Instant& instant_;
  Precision& precision_;
  std::vector<Waiting> waiting_;  // by the first accelerator of a load
  Couriers couriers_;
};

}  // namespace campaign_sim
