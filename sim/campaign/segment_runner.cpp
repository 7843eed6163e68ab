#include "sim/campaign/segment_runner.hpp"

#include <algorithm>
#include <utility>

namespace campaign_sim {

namespace {

std::vector<std::uint32_t> cluster_of_each_accelerator(const Platform& platform) {
  std::vector<std::uint32_t> clusters;
  for (std::uint32_t i = 0; i < platform.clusters.size(); ++i)
    clusters.insert(clusters.end(), platform.clusters[i].accelerators(), i);
  return clusters;
}

// The first checkpoint that falls due on the way, if one does.
std::optional<Resource> next_save(const RunningJob& job) {
  return TrainingStretch{job.at, job.to, job.saved, job.cost.save_every, {}, {}}.next_save();
}

// How far a job trains before it does something else.
Resource next_stop(const RunningJob& job) {
  if (job.cost.checkpoints_alone()) return job.to;
  const Resource stop = next_save(job).value_or(job.to);
  return job.at < job.booked ? std::min(stop, job.booked) : stop;
}

}  // namespace

SegmentRunner::SegmentRunner(const Scenario& scenario, Cluster& cluster,
                             const std::vector<LedgerSink*>& sinks)
    : cluster_{cluster},
      planner_{scenario},
      resume_{scenario.checkpoint.resume},
      cluster_of_{cluster_of_each_accelerator(scenario.platform)},
      clusters_{static_cast<std::uint32_t>(scenario.platform.clusters.size())},
      ledger_{cluster_of_},
      fleet_{scenario, cluster, ledger_} {
  for (const ClusterSpec& spec : scenario.platform.clusters)
    restart_.push_back(spec.failures ? spec.failures->restart : Seconds{});
  for (LedgerSink* sink : sinks) ledger_.add_sink(*sink);
}

const ClusterCost& SegmentRunner::cost_of(TrialId trial, const Configuration& configuration,
                                          std::uint32_t cluster) {
  if (last_cost_.trial != trial || last_cost_.cluster != cluster)
    last_cost_ = {trial, cluster, planner_.cost(configuration, cluster)};
  return last_cost_.cost;
}

std::vector<std::uint32_t> SegmentRunner::accelerators_needed(TrialId trial,
                                                              const Configuration& configuration) {
  std::vector<std::uint32_t> needed;
  for (std::uint32_t cluster = 0; cluster < clusters_; ++cluster)
    needed.push_back(cost_of(trial, configuration, cluster).accelerators);
  return needed;
}

JobId SegmentRunner::new_job() {
  ++running_;
  if (unused_.empty()) {
    jobs_.emplace_back();
    return JobId{static_cast<std::uint32_t>(jobs_.size() - 1)};
  }
  const JobId id = unused_.back();
  unused_.pop_back();
  job_of(id) = RunningJob{};
  return id;
}

bool SegmentRunner::start(const WaitingSegment& waiting, const Configuration& configuration,
                          const StartingPoint& point) {
  const auto& needed = waiting.accelerators;
  const bool fits = std::ranges::any_of(needed, [](auto count) { return count > 0; });
  std::optional<Allocation> allocation;
  for (std::uint32_t pool = 0; pool < needed.size() && !allocation; ++pool)
    if (const std::uint32_t count = fits ? needed[pool] : 1; count > 0) allocation = fleet_.take(pool, count);
  if (!allocation) return false;
  for (const std::uint32_t accelerator : allocation->accelerators)
    ledger_.take(accelerator, cluster_.now(), cluster_.meter(accelerator));

  const JobId id = new_job();
  RunningJob& job = job_of(id);
  job.trial = waiting.trial;
  job.segment = SegmentId{segments_++};
  job.at = job.until = job.saved = point.from;
  job.booked = point.booked;
  job.asked = waiting.until;
  job.to = fits ? job.asked : point.from;
  job.allocation = std::move(*allocation);
  job.cost = cost_of(waiting.trial, configuration, job.allocation.pool);
  const Seconds restart = point.is_restart ? restart_[job.allocation.pool] : Seconds{};
  const PlannedPhase start_up{Cause::load, restart + job.cost.start_up, job.cost.start_up_draw};
  if (!fits) {
    job.outcome = SegmentOutcome::out_of_memory;
    launch(id, {{start_up}});
    return true;
  }
  job.until = next_stop(job);
  launch(id, {{start_up, restoring(job), training(job)}});
  return true;
}

void SegmentRunner::train_on(JobId id, Resource until) {
  RunningJob& job = job_of(id);
  job.segment = SegmentId{segments_++};
  job.asked = job.to = until;
  job.until = next_stop(job);
  launch(id, {{training(job)}});
}

bool SegmentRunner::write_checkpoint(JobId id) {
  RunningJob& job = job_of(id);
  const bool is_written = job.cost.save_every > 0 && job.saved == job.to;
  if (is_written || (job.cost.checkpoint <= Seconds{} && job.cost.stored_checkpoint <= Bytes{})) return false;
  job.pausing = true;
  launch(id, {{writing_checkpoint(job)}});
  return true;
}

SegmentRunner::PlannedPhase SegmentRunner::writing_checkpoint(const RunningJob& job) const {
  PlannedPhase phase{Cause::checkpoint, job.cost.checkpoint, job.cost.checkpoint_draw};
  if (const Bytes stored = job.cost.stored_checkpoint; stored > Bytes{})
    phase.movement = writing(stored, job.cost.nodes);
  return phase;
}

SegmentRunner::PlannedPhase SegmentRunner::restoring(const RunningJob& job) const {
  PlannedPhase phase{Cause::restore, Seconds{}, job.cost.checkpoint_draw};
  if (job.at <= 0 || resume_ != Resume::from_checkpoint) return phase;
  phase.duration = job.cost.checkpoint;
  if (job.cost.stored_checkpoint > Bytes{})
    phase.movement = reading(job.cost.stored_checkpoint, job.cost.nodes);
  return phase;
}

SegmentRunner::PlannedPhase SegmentRunner::training(const RunningJob& job) const {
  const Seconds alone = job.cost.per_unit * (job.until - job.at);
  if (!job.stops_in_one_phase()) return {Cause::train, alone, job.cost.training_draw};
  const Seconds duration = job.stretch().duration();
  return {Cause::train, duration, job.cost.mean_draw(alone, duration - alone)};
}

// Starts the phases that take time; a job has at least one.
void SegmentRunner::launch(JobId id, const std::array<PlannedPhase, 3>& phases) {
  RunningJob& job = job_of(id);
  Job work{static_cast<std::uint32_t>(id), job.allocation.accelerators, {}};
  for (const PlannedPhase& phase : phases) {
    if (phase.cause == Cause::train && job.cost.traffic && phase.duration > Seconds{}) {
      job.plain_phases = work.phases.size();
      Seconds start = cluster_.now();
      for (const Phase& before : work.phases) start += before.duration;
      job.step_period = step_period(*job.cost.traffic, job.cost.per_unit);
      add_rounds(work.phases, *job.cost.traffic, job.until - job.at,
                 {job.cost.per_unit, job.cost.training_draw, job.cost.communicate_draw, job.cost.load_draw},
                 rhythms_.join(*job.step_period, start));
      return cluster_.start(std::move(work));
    }
    if (phase.duration <= Seconds{} && !phase.movement) continue;
    job.causes[work.phases.size()] = phase.cause;
    work.phases.push_back({phase.duration, phase.draw, phase.movement});
  }
  if (work.phases.empty()) {
    job.causes[0] = phases[0].cause;
    work.phases.push_back({Seconds{}, std::nullopt});
  }
  job.plain_phases = work.phases.size();
  cluster_.start(std::move(work));
}

void SegmentRunner::release(JobId id) {
  Allocation& allocation = job_of(id).allocation;
  for (const std::uint32_t accelerator : allocation.accelerators)
    ledger_.let_go(accelerator, cluster_.now(), cluster_.meter(accelerator));
  fleet_.give_back(allocation);
  allocation.accelerators.clear();
  unused_.push_back(id);
  --running_;
}

// What ran is over.
void SegmentRunner::settle(RunningJob& job, const JobDone& done, Ending ending) {
  if (job.step_period) rhythms_.leave(*job.step_period);
  job.step_period.reset();
  book(job, done, ending, ledger_);
}

JobEnd SegmentRunner::end_of(JobId id) {
  RunningJob& job = job_of(id);
  return {id,
          job.trial,
          job.at,
          std::exchange(job.trained, 0),
          job.outcome,
          job.pausing,
          std::exchange(job.use, {}),
          std::exchange(job.saves, {})};
}

// A segment that stops for a checkpoint on its way goes on without anybody being asked.
bool SegmentRunner::goes_on(JobId id) {
  RunningJob& job = job_of(id);
  if (job.pausing) return false;
  if (job.at > job.saved && job.at == next_save(job)) {
    launch(id, {{writing_checkpoint(job)}});
    return true;
  }
  if (job.at >= job.to) return false;
  job.until = next_stop(job);
  launch(id, {{training(job)}});
  return true;
}

std::vector<JobEnd> SegmentRunner::wait(std::optional<Seconds> until) {
  std::vector<JobDone> done = cluster_.wait(until);
  // Whatever order the machines had: what ends at the same instant is in the order of trials.
  std::ranges::sort(done, {}, [this](const JobDone& job) { return jobs_[job.id].trial; });
  std::vector<JobEnd> ends;
  for (const JobDone& one : done) {
    const JobId id{static_cast<std::uint32_t>(one.id)};
    settle(job_of(id), one, Ending::planned);
    if (!goes_on(id)) ends.push_back(end_of(id));
  }
  return ends;
}

std::vector<JobEnd> SegmentRunner::change_node() {
  const NodeChange change = fleet_.take_change();
  std::vector<JobEnd> ends;
  if (change.before == NodeState::working && change.after == NodeState::out) {
    const auto [first, end] = fleet_.accelerators_of(change);
    ends = fail_jobs_on(first, end);
  }
  fleet_.make(change);
  return ends;
}

// Those that hold one of these accelerators, and all of their gangs with them.
std::vector<JobEnd> SegmentRunner::fail_jobs_on(std::uint32_t first, std::uint32_t end) {
  std::vector<std::uint64_t> failed;
  for (std::uint32_t id = 0; id < jobs_.size(); ++id) {
    const std::vector<std::uint32_t>& held = jobs_[id].allocation.accelerators;
    const auto there = std::ranges::lower_bound(held, first);
    if (there != held.end() && *there < end) failed.push_back(id);
  }
  std::vector<JobEnd> ends;
  if (failed.empty()) return ends;
  for (const JobDone& done : cluster_.cancel(failed)) {
    const JobId id{static_cast<std::uint32_t>(done.id)};
    RunningJob& job = job_of(id);
    const Resource reported = job.at;
    settle(job, done, Ending::failed);
    JobEnd& one = ends.emplace_back(end_of(id));
    one.until = job.asked;
    one.saved = job.saved;
    one.booked = std::max({job.booked, job.saved, reported});
    one.accelerators = job.allocation.accelerators.size();
    release(id);
  }
  std::ranges::sort(ends, {}, &JobEnd::trial);
  return ends;
}

std::vector<JobEnd> SegmentRunner::cancel_all() {
  std::vector<JobEnd> ends;
  for (const JobDone& done : cluster_.cancel_all()) {
    const JobId id{static_cast<std::uint32_t>(done.id)};
    settle(job_of(id), done, Ending::cut);
    ends.push_back(end_of(id));
    release(id);
  }
  return ends;
}

std::vector<Joules> SegmentRunner::joules_by_cluster() const {
  std::vector<Joules> joules(clusters_);
  for (std::uint32_t i = 0; i < cluster_of_.size(); ++i) joules[cluster_of_[i]] += cluster_.meter(i);
  return joules;
}

Closure SegmentRunner::close() {
  std::vector<Joules> meters;
  for (std::uint32_t i = 0; i < cluster_of_.size(); ++i) meters.push_back(cluster_.meter(i));
  fleet_.close();
  return ledger_.close(cluster_.now(), meters, cluster_.total());
}

}  // namespace campaign_sim
