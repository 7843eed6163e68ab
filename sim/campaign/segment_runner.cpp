#include "sim/campaign/segment_runner.hpp"

#include <algorithm>

namespace campaign_sim {

namespace {

std::vector<PoolShape> pool_shapes(const Platform& platform) {
  std::vector<PoolShape> pools;
  for (const ClusterSpec& cluster : platform.clusters)
    pools.push_back({cluster.nodes, cluster.accelerators_per_node});
  return pools;
}

std::vector<std::uint32_t> cluster_of_each_accelerator(const Platform& platform) {
  std::vector<std::uint32_t> clusters;
  for (std::uint32_t i = 0; i < platform.clusters.size(); ++i)
    clusters.insert(clusters.end(), platform.clusters[i].accelerators(), i);
  return clusters;
}

}  // namespace

SegmentRunner::SegmentRunner(const Scenario& scenario, Cluster& cluster,
                             const std::vector<LedgerSink*>& sinks)
    : cluster_{cluster},
      planner_{scenario},
      resume_{scenario.checkpoint.resume},
      free_{pool_shapes(scenario.platform)},
      cluster_of_{cluster_of_each_accelerator(scenario.platform)},
      clusters_{static_cast<std::uint32_t>(scenario.platform.clusters.size())},
      ledger_{cluster_of_} {
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
  job_of(id) = Job{};
  return id;
}

bool SegmentRunner::start(const WaitingSegment& waiting, const Configuration& configuration, Resource from) {
  const auto& needed = waiting.accelerators;
  const bool fits = std::ranges::any_of(needed, [](auto count) { return count > 0; });
  std::optional<Allocation> allocation;
  for (std::uint32_t pool = 0; pool < needed.size() && !allocation; ++pool)
    if (const std::uint32_t count = fits ? needed[pool] : 1; count > 0) allocation = free_.take(pool, count);
  if (!allocation) return false;
  for (const std::uint32_t accelerator : allocation->accelerators)
    ledger_.take(accelerator, cluster_.now(), cluster_.meter(accelerator));

  const JobId id = new_job();
  Job& job = job_of(id);
  job.trial = waiting.trial;
  job.segment = SegmentId{segments_++};
  job.from = from;
  job.to = fits ? waiting.until : from;
  job.allocation = std::move(*allocation);
  job.cost = cost_of(waiting.trial, configuration, job.allocation.pool);
  const PlannedPhase start_up{Cause::load, job.cost.start_up, job.cost.start_up_draw};
  if (!fits) {
    job.outcome = SegmentOutcome::out_of_memory;
    launch(id, {{start_up}});
    return true;
  }
  launch(id, {{start_up, restoring(job), training(job)}});
  return true;
}

void SegmentRunner::train_on(JobId id, Resource until) {
  Job& job = job_of(id);
  job.segment = SegmentId{segments_++};
  job.from = job.to;
  job.to = until;
  launch(id, {{training(job)}});
}

bool SegmentRunner::write_checkpoint(JobId id) {
  Job& job = job_of(id);
  const Bytes stored = job.cost.stored_checkpoint;
  if (job.cost.checkpoint <= Seconds{} && stored <= Bytes{}) return false;
  job.from = job.to;
  PlannedPhase phase{Cause::checkpoint, job.cost.checkpoint, job.cost.checkpoint_draw};
  if (stored > Bytes{}) phase.movement = writing(stored, job.cost.nodes);
  launch(id, {{std::move(phase)}});
  return true;
}

SegmentRunner::PlannedPhase SegmentRunner::restoring(const Job& job) const {
  PlannedPhase phase{Cause::restore, Seconds{}, job.cost.checkpoint_draw};
  if (job.from <= 0 || resume_ != Resume::from_checkpoint) return phase;
  phase.duration = job.cost.checkpoint;
  if (job.cost.stored_checkpoint > Bytes{})
    phase.movement = reading(job.cost.stored_checkpoint, job.cost.nodes);
  return phase;
}

SegmentRunner::PlannedPhase SegmentRunner::training(const Job& job) const {
  return {Cause::train, job.cost.per_unit * (job.to - job.from), job.cost.training_draw};
}

// Starts the phases that take time; a job has at least one.
void SegmentRunner::launch(JobId id, const std::array<PlannedPhase, 3>& phases) {
  Job& job = job_of(id);
  campaign_sim::Job work{static_cast<std::uint32_t>(id), job.allocation.accelerators, {}};
  for (const PlannedPhase& phase : phases) {
    if (phase.cause == Cause::train && job.cost.traffic && phase.duration > Seconds{}) {
      job.plain_phases = work.phases.size();
      Seconds start = cluster_.now();
      for (const Phase& before : work.phases) start += before.duration;
      job.step_period = step_period(*job.cost.traffic, job.cost.per_unit);
      add_rounds(work.phases, *job.cost.traffic, job.to - job.from,
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
  const Allocation& allocation = job_of(id).allocation;
  for (const std::uint32_t accelerator : allocation.accelerators)
    ledger_.let_go(accelerator, cluster_.now(), cluster_.meter(accelerator));
  free_.give_back(allocation);
  unused_.push_back(id);
  --running_;
}

JobEnd SegmentRunner::end_of(const JobDone& done) {
  const JobId id{static_cast<std::uint32_t>(done.id)};
  Job& job = job_of(id);
  if (job.step_period) rhythms_.leave(*job.step_period);
  job.step_period.reset();
  return {
      id, job.trial, job.from, job.to, job.outcome, job.cause(0) == Cause::checkpoint, write_rows(job, done)};
}

std::vector<JobEnd> SegmentRunner::wait(std::optional<Seconds> until) {
  std::vector<JobDone> done = cluster_.wait(until);
  // Whatever order the machines had: what ends at the same instant is in the order of trials.
  std::ranges::sort(done, {}, [this](const JobDone& job) { return jobs_[job.id].trial; });
  std::vector<JobEnd> ends;
  for (const JobDone& job : done) ends.push_back(end_of(job));
  return ends;
}

std::vector<JobEnd> SegmentRunner::cancel_all() {
  std::vector<JobEnd> ends;
  for (const JobDone& done : cluster_.cancel_all()) {
    Job& job = jobs_[done.id];
    // How far the interrupted training came, by its share of the time that it would have computed.
    Seconds trained;
    for (std::size_t i = 0; i < done.phases.size(); ++i)
      if (job.cause(i) == Cause::train) trained += done.phases[i].end - done.phases[i].start;
    const Resource progress = job.cost.per_unit > Seconds{} ? trained / job.cost.per_unit : 0;
    job.to = std::min(job.to, job.from + progress);
    ends.push_back(end_of(done));
    release(ends.back().job);
  }
  return ends;
}

Use SegmentRunner::write_rows(const Job& job, const JobDone& done) {
  Use use;
  use.cluster = job.allocation.pool;
  const auto count = static_cast<double>(job.allocation.accelerators.size());
  // Of several rounds, the row of the last one that trained carries the progress of all.
  std::size_t last_trained = done.phases.size();
  for (std::size_t i = 0; i < done.phases.size(); ++i)
    if (job.cause(i) == Cause::train && done.phases[i].end > done.phases[i].start) last_trained = i;
  for (std::size_t i = 0; i < done.phases.size(); ++i) {
    const MeteredPhase& phase = done.phases[i];
    if (phase.end <= phase.start) continue;
    LedgerRow row;
    row.segment = job.segment;
    row.trial = job.trial;
    row.cause = job.cause(i);
    row.from = job.from;
    row.to = i == last_trained ? job.to : job.from;
    row.start = phase.start;
    row.end = phase.end;
    row.cluster = use.cluster;
    row.accelerators = job.allocation.accelerators;
    row.energy = phase.energy;
    ledger_.use(row);
    use.held += phase.end - phase.start;
    use.accelerator_time += count * (phase.end - phase.start);
    use.energy += phase.energy;
  }
  return use;
}

std::vector<Joules> SegmentRunner::joules_by_cluster() const {
  std::vector<Joules> joules(clusters_);
  for (std::uint32_t i = 0; i < cluster_of_.size(); ++i) joules[cluster_of_[i]] += cluster_.meter(i);
  return joules;
}

Closure SegmentRunner::close() {
  std::vector<Joules> meters;
  for (std::uint32_t i = 0; i < cluster_of_.size(); ++i) meters.push_back(cluster_.meter(i));
  return ledger_.close(cluster_.now(), meters, cluster_.total());
}

}  // namespace campaign_sim
