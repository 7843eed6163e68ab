// Moves data for one actor of the simulation: a track's stages, one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "sim/cluster/cluster.hpp"
#include "sim/cluster/simgrid_interconnect.hpp"

namespace campaign_sim {

// What the actors of a cluster tell each other about the present instant.
struct Instant {
  std::size_t awake = 0;  // of those that have something to do, those that are not waiting for time to pass
};

class Mover {
 public:
  explicit Mover(Instant& instant);
  ~Mover();
  Mover(const Mover&) = delete;
  Mover& operator=(const Mover&) = delete;

  // These block the calling actor, which is awake before and after. All end at once when cut short.
  void rest(Seconds duration);
  // `nodes` are the job's, numbered through the platform.
  void perform(const Track& track, std::span<const std::uint32_t> nodes, Interconnect& interconnect);

  // Cuts short what is going on, if anything is, and what is asked for until it may move again. To be called
  // inside SimGrid's kernel.
  void cut();
  void allow() { is_cut_ = false; }

 private:
  void perform(const Stage& stage, std::span<const std::uint32_t> nodes, Interconnect& interconnect);

  struct Going;
  bool is_cut_ = false;
  Instant& instant_;
  std::unique_ptr<Going> going_;
};

}  // namespace campaign_sim
