// Tracks in the background of a job's phases: each is carried by an actor of its own, which is used again.
#pragma once

#include <memory>
#include <simgrid/s4u/Semaphore.hpp>
#include <vector>

#include "sim/cluster/cluster.hpp"
#include "sim/cluster/simgrid_machines.hpp"
#include "sim/cluster/simgrid_mover.hpp"

namespace campaign_sim {

struct Courier {
  explicit Courier(Instant& instant) : mover{instant} {}

  simgrid::s4u::SemaphorePtr assigned = simgrid::s4u::Semaphore::create(0);
  const Track* track = nullptr;
  const std::vector<std::uint32_t>* nodes = nullptr;
  Mover mover;
  bool over = false;
  simgrid::s4u::SemaphorePtr awaited;  // by the job's worker, which is not awake meanwhile
};

class Couriers {
 public:
  Couriers(Machines& machines, Instant& instant) : machines_{machines}, instant_{instant} {}

  // Begins a track; it and the nodes must outlive it.
  Courier& send(const Track& track, const std::vector<std::uint32_t>& nodes);
  // Blocks the calling actor, which is awake before and after, until the track is over.
  void await(Courier& courier, const simgrid::s4u::SemaphorePtr& over);
  // Their tracks are over.
  void take_back(std::vector<Courier*>& couriers);
  // Ends the actors; no track may be on its way. To be called inside SimGrid's kernel.
  void close();

 private:
  void carry(Courier& courier);

  Machines& machines_;
  Instant& instant_;
  std::vector<std::unique_ptr<Courier>> all_;
  std::vector<Courier*> idle_;
  bool closing_ = false;
};

}  // namespace campaign_sim
