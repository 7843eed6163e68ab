#include "sim/campaign/campaign.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "sim/campaign/segment_plan.hpp"
#include "sim/campaign/stop_monitor.hpp"
#include "sim/core/expect.hpp"
#include "sim/scheduling/placement.hpp"

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

// A loss that has not been reported yet is nan, and better than nothing is anything.
bool improves(double loss, double best) { return std::isnan(best) ? !std::isnan(loss) : loss < best; }

class Campaign final : private Placer {
 public:
  Campaign(Scenario& scenario, Cluster& cluster, const std::vector<LedgerSink*>& sinks,
           const Watcher& watcher)
      : scenario_{scenario},
        cluster_{cluster},
        watcher_{watcher},
        planner_{scenario},
        free_{pool_shapes(scenario.platform)},
        cluster_of_{cluster_of_each_accelerator(scenario.platform)},
        rates_{site_rates(scenario.platform)},
        ledger_{cluster_of_},
        stop_{scenario, [this] { return joules_by_cluster(); }} {
    for (LedgerSink* sink : sinks) ledger_.add_sink(*sink);
    state_.busy.resize(scenario.platform.clusters.size());
    scenario.strategy->give_up_when(watcher.interrupted);
  }

  // The whole campaign is this loop: fill the machines, let time pass, act on what happened.
  CampaignResult run() {
    for (;;) {
      fill();
      if (running_count_ == 0) break;  // nothing runs, and nothing more is to start
      if (watcher_.interrupted && watcher_.interrupted()) cut_short("interrupt");
      if (cut_short_) {
        cancel();
        break;
      }
      std::vector<JobDone> done = cluster_.wait();
      // What ends at the same instant is told in the order of trials, whatever order the machines had.
      std::ranges::sort(done, {}, [this](const JobDone& job) { return running_[job.id].trial; });
      for (const JobDone& job : done) finish(job);
      if (watcher_.progress)
        watcher_.progress({cluster_.now(), state_.started, state_.ended, segments_, ledger_.recorded()});
    }
    return close();
  }

 private:
  // One job on the cluster: a segment, or a checkpoint being written after one.
  struct Running {
    TrialId trial{};
    SegmentId segment{};
    Resource from = 0;
    Resource to = 0;
    Allocation allocation;
    ClusterCost cost;
    std::array<Cause, 3> causes{};  // of the job's phases
    SegmentOutcome outcome = SegmentOutcome::reached;
  };

  // ---- filling the machines ----------------------------------------------------------------------

  // Asks the strategy for work while there are accelerators for it.
  void fill() {
    for (;;) {
      if (stopped_by_rule()) return;  // what still waits for machines does not start either
      scenario_.policy->place_all(*this);
      if (!scenario_.policy->empty() || free_.free() == 0 || !may_ask()) return;
      const Proposal proposal = ask();
      if (const auto* start = std::get_if<StartTrial>(&proposal)) {
        add_trial(*start);
      } else if (const auto* resume = std::get_if<ResumeTrial>(&proposal)) {
        resume_trial(*resume);
      } else {
        if (std::holds_alternative<Finished>(proposal)) end_asking("strategy");
        // A strategy that waits must wait for something.
        CS_EXPECT(running_count_ > 0 || std::holds_alternative<Finished>(proposal));
        return;
      }
    }
  }

  Proposal ask() {
    try {
      return scenario_.strategy->ask();
    } catch (const StrategyFailure& failure) {
      cut_short("external_error", failure.what());
    } catch (const StrategyInterrupted&) {
      cut_short("interrupt");
    }
    return Finished{};
  }

  bool may_ask() {
    if (!ended_by_.empty()) return false;
    if (scenario_.parallel_trials && running_count_ >= *scenario_.parallel_trials) return false;
    return true;
  }

  void add_trial(const StartTrial& start) {
    CS_EXPECT(index(start.trial) == trials_.size());
    CS_EXPECT(!scenario_.stop.trials || state_.started < *scenario_.stop.trials);
    trials_.emplace_back();
    TrialRecord& trial = trials_.back();
    trial.configuration = start.configuration;
    ++state_.started;
    if (start.weights_from) inherit(trial, *start.weights_from);
    enqueue(start.trial, start.until);
  }

  void resume_trial(const ResumeTrial& resume) {
    CS_EXPECT(record(resume.trial).status == TrialStatus::paused);
    const auto writing = writing_.find(resume.trial);
    if (writing == writing_.end()) return enqueue(resume.trial, resume.until);
    // Nobody reads a checkpoint before it is written.
    writing->second = resume.until;
    record(resume.trial).status = TrialStatus::running;
  }

  // The child goes on where the other trial is: at its resource, and with its loss; from there it learns
  // as its own configuration does.
  void inherit(TrialRecord& child, TrialId from) {
    const TrialRecord& parent = record(from);
    child.resource = parent.resource;
    child.loss_shift = parent.loss - own_loss(child.configuration, parent.resource);
    if (!std::isfinite(child.loss_shift)) child.loss_shift = 0;
  }

  void enqueue(TrialId id, Resource until) {
    TrialRecord& trial = record(id);
    CS_EXPECT(until <= scenario_.resource.max && until > trial.resource);
    trial.status = TrialStatus::running;
    WaitingSegment waiting{id, until, cluster_.now(), {}};
    for (std::uint32_t i = 0; i < scenario_.platform.clusters.size(); ++i)
      waiting.accelerators.push_back(cost_of(id, i).accelerators);
    scenario_.policy->push(std::move(waiting));
  }

  bool place(const WaitingSegment& waiting) override {
    if (scenario_.parallel_trials && running_count_ >= *scenario_.parallel_trials) return false;
    const bool fits_somewhere =
        std::ranges::any_of(waiting.accelerators, [](auto count) { return count > 0; });
    for (std::uint32_t pool = 0; pool < waiting.accelerators.size(); ++pool) {
      // What fits nowhere finds out by trying, as in reality: it holds one accelerator while it starts up.
      const std::uint32_t count = fits_somewhere ? waiting.accelerators[pool] : 1;
      if (count == 0) continue;
      auto allocation = free_.take(pool, count);
      if (!allocation) continue;
      start(waiting, std::move(*allocation), fits_somewhere);
      return true;
    }
    return false;
  }

  void start(const WaitingSegment& waiting, Allocation allocation, bool fits) {
    const Seconds now = cluster_.now();
    TrialRecord& trial = record(waiting.trial);
    const bool placed_before = trial.start >= Seconds{};
    if (!placed_before) trial.start = now;
    for (const std::uint32_t accelerator : allocation.accelerators)
      ledger_.take(accelerator, now, cluster_.meter(accelerator));

    const bool from_scratch = placed_before && scenario_.checkpoint.resume == Resume::from_scratch;
    Running& running = new_running();
    running.trial = waiting.trial;
    running.segment = SegmentId{segments_++};
    running.from = from_scratch ? 0 : trial.resource;
    running.to = waiting.until;
    running.allocation = std::move(allocation);
    running.cost = cost_of(waiting.trial, running.allocation.pool);
    const ClusterCost& cost = running.cost;
    if (!fits) {
      running.outcome = SegmentOutcome::out_of_memory;
      running.to = running.from;
      launch(running, {{{Cause::load, cost.start_up, std::nullopt}}});
      return;
    }
    const Seconds restore = running.from > 0 ? cost.checkpoint : Seconds{};
    launch(running, {{{Cause::load, cost.start_up, std::nullopt},
                      {Cause::restore, restore, std::nullopt},
                      {Cause::train, cost.per_unit * (running.to - running.from), cost.training_draw}}});
  }

  struct PlannedPhase {
    Cause cause = Cause::train;
    Seconds duration;
    std::optional<Watts> draw;
  };

  // Starts the phases that take time; a job has at least one.
  void launch(Running& running, const std::array<PlannedPhase, 3>& phases) {
    Job job{static_cast<std::uint64_t>(&running - running_.data()), running.allocation.accelerators, {}};
    for (const PlannedPhase& phase : phases) {
      if (phase.duration <= Seconds{}) continue;
      running.causes[job.phases.size()] = phase.cause;
      job.phases.push_back({phase.duration, phase.draw});
    }
    if (job.phases.empty()) {
      running.causes[0] = phases[0].cause;
      job.phases.push_back({Seconds{}, std::nullopt});
    }
    cluster_.start(std::move(job));
  }

  // ---- acting on what happened -------------------------------------------------------------------

  void finish(const JobDone& job) {
    Running& running = running_[job.id];
    write_rows(running, job);
    if (running.causes[0] == Cause::checkpoint) {
      const std::optional<Resource> wanted_until = writing_.extract(running.trial).mapped();
      if (wanted_until) enqueue(running.trial, *wanted_until);
      release(job.id);
      return;
    }
    TrialRecord& trial = record(running.trial);
    const bool reached = running.outcome == SegmentOutcome::reached;
    if (reached) {
      count_resource(trial, running.to - running.from);
      trial.resource = running.to;
      trial.loss = loss_of(trial, running.to);
      if (improves(trial.loss, trial.best_loss)) trial.best_loss = trial.loss;
      note_incumbent(running.trial, trial);
    }
    act(job.id, tell(running, trial));
  }

  void count_resource(TrialRecord& trial, Resource trained) {
    trial.trained_resource += trained;
    state_.resource += trained;
  }

  Verdict tell(const Running& running, const TrialRecord& trial) {
    const Curve curve{*this, trial};
    const double loss = running.outcome == SegmentOutcome::reached ? trial.loss : std::nan("");
    const Verdict verdict =
        told({running.trial, trial.resource, loss, running.outcome, trial.held, trial.energy, &curve});
    // A stop rule ends what would go on; the strategy has still heard the report.
    state_.now = cluster_.now();
    if (ended_by_.empty()) {
      const std::string_view rule = stop_.met(state_);
      if (!rule.empty()) end_asking(rule);
    }
    if (stopped_by_rule() && !std::holds_alternative<Stop>(verdict)) return Stop{};
    return verdict;
  }

  Verdict told(const Report& report) {
    try {
      if (!cut_short_) return scenario_.strategy->tell(report);
    } catch (const StrategyFailure& failure) {
      cut_short("external_error", failure.what());
    } catch (const StrategyInterrupted&) {
      cut_short("interrupt");
    }
    return Stop{};
  }

  void act(std::uint64_t id, const Verdict& verdict) {
    Running& running = running_[id];
    TrialRecord& trial = record(running.trial);
    if (const auto* more = std::get_if<Continue>(&verdict)) {
      CS_EXPECT(running.outcome == SegmentOutcome::reached);
      CS_EXPECT(more->until > running.to && more->until <= scenario_.resource.max);
      running.segment = SegmentId{segments_++};
      running.from = running.to;
      running.to = more->until;
      launch(running, {{{Cause::train, running.cost.per_unit * (running.to - running.from),
                         running.cost.training_draw}}});
      return;
    }
    if (std::holds_alternative<Pause>(verdict)) {
      trial.status = TrialStatus::paused;
      if (running.cost.checkpoint > Seconds{}) {
        running.from = running.to;
        writing_.emplace(running.trial, std::nullopt);
        launch(running, {{{Cause::checkpoint, running.cost.checkpoint, std::nullopt}}});
        return;
      }
    } else {
      end_trial(trial, running.outcome);
    }
    release(id);
  }

  void end_trial(TrialRecord& trial, SegmentOutcome outcome) {
    trial.status = outcome == SegmentOutcome::out_of_memory   ? TrialStatus::failed
                   : trial.resource >= scenario_.resource.max ? TrialStatus::completed
                                                              : TrialStatus::stopped;
    ++state_.ended;
  }

  void write_rows(const Running& running, const JobDone& job) {
    TrialRecord& trial = record(running.trial);
    const auto count = static_cast<double>(running.allocation.accelerators.size());
    for (std::size_t i = 0; i < job.phases.size(); ++i) {
      const MeteredPhase& phase = job.phases[i];
      if (phase.end <= phase.start) continue;
      const bool training = running.causes[i] == Cause::train;
      LedgerRow row;
      row.segment = running.segment;
      row.trial = running.trial;
      row.cause = running.causes[i];
      row.from = running.from;
      row.to = training ? running.to : running.from;
      row.start = phase.start;
      row.end = phase.end;
      row.cluster = running.allocation.pool;
      row.accelerators = running.allocation.accelerators;
      row.energy = phase.energy;
      ledger_.use(row);
      trial.energy += phase.energy;
      trial.co2e += bill_energy(phase.energy, rates_[row.cluster]).co2e;
      trial.held += phase.end - phase.start;
      trial.accelerator_time += count * (phase.end - phase.start);
      state_.busy[row.cluster] += count * (phase.end - phase.start);
    }
    trial.end = cluster_.now();
  }

  void release(std::uint64_t id) {
    Running& running = running_[id];
    const Seconds now = cluster_.now();
    for (const std::uint32_t accelerator : running.allocation.accelerators)
      ledger_.let_go(accelerator, now, cluster_.meter(accelerator));
    free_.give_back(running.allocation);
    unused_.push_back(static_cast<std::uint32_t>(id));
    --running_count_;
  }

  void note_incumbent(TrialId id, const TrialRecord& trial) {
    if (!(trial.loss < state_.best_loss)) return;
    state_.best_loss = trial.loss;
    state_.ended_at_best = state_.ended;
    state_.now = cluster_.now();
    incumbents_.push_back(
        {state_.now, cluster_.total(), state_.resource, id, trial.loss, stop_.spent_until(state_)});
  }

  // ---- ending ------------------------------------------------------------------------------------

  void end_asking(std::string_view why) {
    if (ended_by_.empty()) ended_by_ = why;
  }
  bool stopped_by_rule() const { return !ended_by_.empty() && ended_by_ != "strategy"; }

  // The strategy is not heard again, and what still runs is cancelled.
  void cut_short(std::string_view why, std::string failure = {}) {
    if (cut_short_) return;
    cut_short_ = true;
    ended_by_ = why;
    failure_ = std::move(failure);
  }

  void cancel() {
    for (const JobDone& job : cluster_.cancel_all()) {
      Running& running = running_[job.id];
      // How far the interrupted training came, by its share of the time it would have taken.
      if (!job.phases.empty() && running.causes[job.phases.size() - 1] == Cause::train &&
          running.cost.per_unit > Seconds{}) {
        const Seconds trained = job.phases.back().end - job.phases.back().start;
        running.to = std::min(running.to, running.from + trained / running.cost.per_unit);
        count_resource(record(running.trial), running.to - running.from);
      } else {
        running.to = running.from;
      }
      write_rows(running, job);
      release(job.id);
    }
  }

  CampaignResult close() {
    std::vector<Joules> meters;
    for (std::uint32_t i = 0; i < cluster_of_.size(); ++i) meters.push_back(cluster_.meter(i));
    CampaignResult result;
    result.makespan = cluster_.now();
    result.energy = cluster_.total();
    result.closure = ledger_.close(result.makespan, meters, result.energy);
    result.trials = std::move(trials_);
    result.incumbents = std::move(incumbents_);
    result.segments = segments_;
    result.ended_by = ended_by_.empty() ? "strategy" : ended_by_;
    result.failure = failure_;
    // What was paused or cut short is given up now.
    for (TrialRecord& trial : result.trials)
      if (trial.status == TrialStatus::running || trial.status == TrialStatus::paused)
        trial.status = TrialStatus::stopped;
    return result;
  }

  // ---- small things ------------------------------------------------------------------------------

  // A trial's learning curve, for strategies that look at more than its last loss.
  class Curve final : public LearningCurve {
   public:
    Curve(const Campaign& campaign, const TrialRecord& trial) : campaign_{campaign}, trial_{trial} {}
    double loss(Resource resource) const override {
      CS_EXPECT(resource <= trial_.resource);  // nobody looks ahead
      return campaign_.loss_of(trial_, resource);
    }

   private:
    const Campaign& campaign_;
    const TrialRecord& trial_;
  };

  double own_loss(const Configuration& configuration, Resource resource) const {
    return scenario_.objective.loss(scenario_.workload->metric(configuration, resource));
  }
  double loss_of(const TrialRecord& trial, Resource resource) const {
    return own_loss(trial.configuration, resource) + trial.loss_shift;
  }

  TrialRecord& record(TrialId id) {
    CS_EXPECT(index(id) < trials_.size());
    return trials_[index(id)];
  }

  Running& new_running() {
    ++running_count_;
    if (unused_.empty()) {
      running_.emplace_back();
      return running_.back();
    }
    Running& running = running_[unused_.back()];
    unused_.pop_back();
    running = Running{};
    return running;
  }

  // Most segments are placed as soon as they are asked for, so the last answer is often wanted again.
  const ClusterCost& cost_of(TrialId id, std::uint32_t cluster) {
    if (last_cost_.trial != id || last_cost_.cluster != cluster)
      last_cost_ = {id, cluster, planner_.cost(record(id).configuration, cluster)};
    return last_cost_.cost;
  }

  std::vector<Joules> joules_by_cluster() const {
    std::vector<Joules> joules(scenario_.platform.clusters.size());
    for (std::uint32_t i = 0; i < cluster_of_.size(); ++i) joules[cluster_of_[i]] += cluster_.meter(i);
    return joules;
  }

  Scenario& scenario_;
  Cluster& cluster_;
  const Watcher& watcher_;
  SegmentPlanner planner_;
  struct {
    std::optional<TrialId> trial;
    std::uint32_t cluster = 0;
    ClusterCost cost;
  } last_cost_;
  FreeAccelerators free_;
  std::vector<std::uint32_t> cluster_of_;
  std::vector<SiteRates> rates_;  // by cluster
  Ledger ledger_;
  StopMonitor stop_;

  std::vector<TrialRecord> trials_;
  // Whose checkpoint is being written, and how far they are to train once it is, if anybody asked.
  std::map<TrialId, std::optional<Resource>> writing_;
  std::vector<Running> running_;       // by job id; re-used
  std::vector<std::uint32_t> unused_;  // ids of `running_` that are free
  std::uint32_t running_count_ = 0;
  std::uint64_t segments_ = 0;
  CampaignState state_;
  std::vector<Incumbent> incumbents_;
  std::string ended_by_;
  bool cut_short_ = false;
  std::string failure_;
};

}  // namespace

CampaignResult run_campaign(Scenario& scenario, Cluster& cluster, const std::vector<LedgerSink*>& sinks,
                            const Watcher& watcher) {
  return Campaign{scenario, cluster, sinks, watcher}.run();
}

}  // namespace campaign_sim
