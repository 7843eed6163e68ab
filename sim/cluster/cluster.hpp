// The port between the campaign and whatever executes it: SimGrid, or a fake in tests.
//
// A job is one segment on one allocation: phases, one after the other, each with a duration and a draw, and
// perhaps with data on their way, which take what the links they share leave them. The cluster lets simulated
// time pass and meters joules; it decides nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/units.hpp"
#include "sim/platform/platform.hpp"

namespace campaign_sim {

// Bytes on their way between two nodes of a job, which are numbered in the order of its accelerators; from a
// node to itself: over the links in it.
struct Transfer {
  std::uint32_t from;
  std::uint32_t to;
  Bytes bytes;
};
inline constexpr std::uint32_t shared_storage = ~std::uint32_t{0};  // of the cluster, as an end of a transfer

// Transfers at the same time. It is over when the last of them is. Its data pass in messages that follow each
// other; each waits for the latency of the longest way of its kind.
struct Stage {
  std::vector<Transfer> transfers;
  double messages_in_node = 0;
  double messages_between = 0;  // nodes, or a node and storage
};

// Stages, one after the other.
using Track = std::vector<Stage>;

// What moves in a phase. Tracks that begin go on by themselves while later phases run, until a phase finishes
// them, which knows them by their number in `begin`; a phase that begins tracks finishes all earlier ones.
struct Movement {
  std::vector<Track> begin;           // with the phase
  std::vector<std::uint32_t> finish;  // before the phase can end: these tracks…
  Track perform;                      // …and then these stages
};

// What each accelerator of a job does for a while: `duration`, then whatever time the movement takes.
struct Phase {
  Seconds duration;
  std::optional<Watts> draw;  // of each accelerator, more than 0, at most its `max`; nothing: it stays idle
  std::shared_ptr<const Movement> movement{};  // nothing: only time passes
};

struct Job {
  std::uint64_t id;                         // the caller's; different from that of every running job
  std::vector<std::uint32_t> accelerators;  // of one cluster, ascending
  std::vector<Phase> phases;                // at least one
};

// What the meter saw of a phase.
struct MeteredPhase {
  Seconds start;
  Seconds end;
  Joules energy;  // of the job's accelerators, with their share of the node
};

struct JobDone {
  std::uint64_t id;
  std::vector<MeteredPhase> phases;  // fewer than asked for if the job was cancelled
};

class Cluster {
 public:
  virtual ~Cluster() = default;

  virtual Seconds now() const = 0;

  // Joules since 0 of one accelerator and of its share (1 / accelerators of the node) of the node's base.
  virtual Joules meter(std::uint32_t accelerator) const = 0;
  // Joules since 0 of every machine, added up by the meter itself.
  virtual Joules total() const = 0;

  virtual void start(Job job) = 0;
  // Lets time pass until a job ends; the jobs that end at that instant, by id. None if `until` comes first,
  // without which at least one must run.
  virtual std::vector<JobDone> wait(std::optional<Seconds> until = std::nullopt) = 0;
  // Ends these running jobs at once; what they did so far, by id.
  virtual std::vector<JobDone> cancel(std::span<const std::uint64_t> jobs) = 0;
  virtual std::vector<JobDone> cancel_all() = 0;

  // A node, numbered through the platform, on which nothing runs; off it draws nothing.
  virtual void switch_off(std::uint32_t node) = 0;
  virtual void switch_on(std::uint32_t node) = 0;
};

// Runs a campaign on SimGrid: builds the platform, calls `campaign` inside the simulation, returns when
// it has returned. What `campaign` throws is thrown here. Once per process: SimGrid has one engine.
void run_on_simgrid(const Platform& platform, const std::function<void(Cluster&)>& campaign);

// The engine and its version, for the manifest: "SimGrid 3.32".
std::string engine_version();

}  // namespace campaign_sim
