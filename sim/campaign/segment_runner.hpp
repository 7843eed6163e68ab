// Who does: puts segments on machines, reads the meter where they begin and end, and keeps the ledger.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/campaign/rhythm.hpp"
#include "sim/campaign/segment_plan.hpp"
#include "sim/cluster/cluster.hpp"
#include "sim/ledger/ledger.hpp"
#include "sim/scheduling/placement.hpp"
#include "sim/scheduling/queue_policy.hpp"
#include "sim/search/strategy.hpp"

namespace campaign_sim {

// A trial that holds accelerators. Numbers are used again once they are released.
enum class JobId : std::uint32_t {};

// What one job used since it was last heard of.
struct Use {
  std::uint32_t cluster = 0;
  Seconds held;
  Seconds accelerator_time;
  Joules energy;  // with its share of the node
};

// A job came to its end and still holds its accelerators.
struct JobEnd {
  JobId job{};
  TrialId trial{};
  Resource from = 0;  // trained from…
  Resource to = 0;    // …to; the same if nothing was
  SegmentOutcome outcome = SegmentOutcome::reached;
  bool wrote_checkpoint = false;  // that was all it did
  Use use;
};

class SegmentRunner {
 public:
  // Rows of the ledger go to the sinks.
  SegmentRunner(const Scenario& scenario, Cluster& cluster, const std::vector<LedgerSink*>& sinks);

  // Accelerators that a trial would hold on each cluster; 0: it cannot run there.
  std::vector<std::uint32_t> accelerators_needed(TrialId trial, const Configuration& configuration);

  // Starts the segment on the first cluster that has room: start-up, reading the checkpoint if training does
  // not begin from nothing, training. What fits nowhere finds out by trying, as in reality: it holds one
  // accelerator while it starts up. False if there is no room now.
  bool start(const WaitingSegment& waiting, const Configuration& configuration, Resource from);
  // The job goes on at once, on the same accelerators.
  void train_on(JobId job, Resource until);
  // The job writes its checkpoint; false if that takes no time, and is done.
  bool write_checkpoint(JobId job);
  // The job lets go of its accelerators.
  void release(JobId job);

  // Lets time pass until a job ends; all that end at that instant, in the order of their trials. None if
  // `until` comes first.
  std::vector<JobEnd> wait(std::optional<Seconds> until = std::nullopt);
  // Ends and releases every job; training counts as far as it came.
  std::vector<JobEnd> cancel_all();

  // Checks the ledger against the meter; nothing may run any more.
  Closure close();

  Seconds now() const { return cluster_.now(); }
  std::uint32_t running() const { return running_; }
  bool any_free() const { return free_.free() > 0; }
  std::uint64_t segments() const { return segments_; }
  Joules recorded() const { return ledger_.recorded(); }
  // These read every meter.
  Joules total() const { return cluster_.total(); }
  std::vector<Joules> joules_by_cluster() const;

 private:
  struct Job {
    TrialId trial{};
    SegmentId segment{};
    Resource from = 0;
    Resource to = 0;
    Allocation allocation;
    ClusterCost cost;
    std::array<Cause, 3> causes{};  // of the phases that run…
    std::size_t plain_phases = 0;   // …so many; those of rounds of training follow
    SegmentOutcome outcome = SegmentOutcome::reached;
    std::optional<Seconds> step_period;  // while it trains and moves data

    Cause cause(std::size_t phase) const {
      return phase < plain_phases ? causes[phase]
                                  : round_causes[(phase - plain_phases) % round_causes.size()];
    }
  };
  struct PlannedPhase {
    Cause cause = Cause::train;
    Seconds duration;
    std::optional<Watts> draw;
    std::shared_ptr<const Movement> movement{};
  };

  Job& job_of(JobId id) { return jobs_[static_cast<std::uint32_t>(id)]; }
  JobId new_job();
  const ClusterCost& cost_of(TrialId trial, const Configuration& configuration, std::uint32_t cluster);
  PlannedPhase training(const Job& job) const;
  PlannedPhase restoring(const Job& job) const;
  void launch(JobId id, const std::array<PlannedPhase, 3>& phases);
  JobEnd end_of(const JobDone& done);
  Use write_rows(const Job& job, const JobDone& done);

  Cluster& cluster_;
  SegmentPlanner planner_;
  Resume resume_;
  FreeAccelerators free_;
  Rhythms rhythms_;
  std::vector<std::uint32_t> cluster_of_;  // by accelerator
  std::uint32_t clusters_;
  Ledger ledger_;

  std::vector<Job> jobs_;      // by id
  std::vector<JobId> unused_;  // ids of `jobs_` that nobody has
  std::uint32_t running_ = 0;
  std::uint64_t segments_ = 0;
  // Most segments are placed as soon as they are asked for, so the last answer is often wanted again.
  struct {
    std::optional<TrialId> trial;
    std::uint32_t cluster = 0;
    ClusterCost cost;
  } last_cost_;
};

}  // namespace campaign_sim
