// Who does: puts segments on machines, reads the meter where they begin and end, and keeps the ledger.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/campaign/fleet.hpp"
#include "sim/campaign/rhythm.hpp"
#include "sim/campaign/running_job.hpp"
#include "sim/campaign/segment_plan.hpp"
#include "sim/cluster/cluster.hpp"
#include "sim/ledger/ledger.hpp"
#include "sim/scheduling/queue_policy.hpp"
#include "sim/search/strategy.hpp"

namespace campaign_sim {

// A trial that holds accelerators. Numbers are used again once they are released.
enum class JobId : std::uint32_t {};

// A job came to its end and still holds its accelerators.
struct JobEnd {
  JobId job{};
  TrialId trial{};
  Resource to = 0;       // trained until
  Resource trained = 0;  // so much
  SegmentOutcome outcome = SegmentOutcome::reached;
  bool paused = false;  // its trial's checkpoint is written, and that was all
  Use use;
  Saves saves;
  // Of a trial whose machines failed.
  Resource until = 0;   // it was to train until here
  Resource saved = 0;   // it can go on from here
  Resource booked = 0;  // it was here before
  std::size_t accelerators = 0;
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
  bool start(const WaitingSegment& waiting, const Configuration& configuration, const StartingPoint& point);
  // The job goes on at once, on the same accelerators.
  void train_on(JobId job, Resource until);
  // The job writes its checkpoint; false if that takes no time, and is done.
  bool write_checkpoint(JobId job);
  // The job lets go of its accelerators.
  void release(JobId job);

  // Lets time pass until a job ends; all that end at that instant, in the order of their trials. None if
  // `until` comes first.
  std::vector<JobEnd> wait(std::optional<Seconds> until = std::nullopt);
  // When a node fails, comes back or takes the place of another next.
  std::optional<Seconds> next_change() const { return fleet_.next_change(); }
  bool change_is_due() const { return fleet_.change_is_due(); }
  // That change. The jobs that ran on a node which failed are over and released, in the order of their
  // trials.
  std::vector<JobEnd> change_node();
  // Ends and releases every job; training counts as far as it came.
  std::vector<JobEnd> cancel_all();

  // Checks the ledger against the meter; nothing may run any more.
  Closure close();

  Seconds now() const { return cluster_.now(); }
  std::uint32_t running() const { return running_; }
  bool any_free() const { return fleet_.any_free(); }
  std::uint64_t node_failures() const { return fleet_.failures(); }
  std::uint64_t segments() const { return segments_; }
  Joules recorded() const { return ledger_.recorded(); }
  // These read every meter.
  Joules total() const { return cluster_.total(); }
  std::vector<Joules> joules_by_cluster() const;

 private:
  struct PlannedPhase {
    Cause cause = Cause::train;
    Seconds duration;
    std::optional<Watts> draw;
    std::shared_ptr<const Movement> movement{};
  };

  RunningJob& job_of(JobId id) { return jobs_[static_cast<std::uint32_t>(id)]; }
  JobId new_job();
  const ClusterCost& cost_of(TrialId trial, const Configuration& configuration, std::uint32_t cluster);
  PlannedPhase training(const RunningJob& job) const;
  PlannedPhase restoring(const RunningJob& job) const;
  PlannedPhase writing_checkpoint(const RunningJob& job) const;
  void launch(JobId id, const std::array<PlannedPhase, 3>& phases);
  void settle(RunningJob& job, const JobDone& done, Ending ending);
  bool goes_on(JobId id);
  JobEnd end_of(JobId id);
  std::vector<JobEnd> fail_jobs_on(std::uint32_t first, std::uint32_t end);

  Cluster& cluster_;
  SegmentPlanner planner_;
  Resume resume_;
  Rhythms rhythms_;
  std::vector<std::uint32_t> cluster_of_;  // by accelerator
  std::uint32_t clusters_;
  Ledger ledger_;
  Fleet fleet_;
  std::vector<Seconds> restart_;  // what a trial needs after a failure, by cluster

  std::vector<RunningJob> jobs_;  // by id
  std::vector<JobId> unused_;     // ids of `jobs_` that nobody has
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
