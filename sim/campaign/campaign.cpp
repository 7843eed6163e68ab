#include "sim/campaign/campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/campaign/expenses.hpp"
#include "sim/campaign/segment_runner.hpp"
#include "sim/campaign/setbacks.hpp"
#include "sim/campaign/trial_book.hpp"
#include "sim/core/calendar.hpp"
#include "sim/core/expect.hpp"
#include "sim/platform/reach.hpp"

namespace campaign_sim {

namespace {

// When the campaign comes to the end of a trace, and what to tell the user if it does.
struct RatesEnd {
  Seconds time;
  std::string message;
};

std::optional<RatesEnd> rates_end(const Scenario& scenario) {
  const std::optional<Reach> reach = reach_of(scenario.platform);
  if (!reach || !scenario.start) return std::nullopt;
  const Seconds time{reach->end - *scenario.start};
  return RatesEnd{time,
                  fmt::format("{}, {:.4g} days into the campaign, which is not over then: nothing after "
                              "that can be billed. Begin earlier than {}, take a longer trace, or end "
                              "it by then (stop: {{time: {:.4g} d}})",
                              describe(*reach), time.base() / seconds_per_day, write_instant(*scenario.start),
                              days_until_end(*reach, *scenario.start))};
}

class Campaign final : private Placer {
 public:
  Campaign(Scenario& scenario, Cluster& cluster, const std::vector<LedgerSink*>& sinks,
           const Watcher& watcher)
      : scenario_{scenario},
        strategy_{*scenario.strategy},
        queue_{*scenario.policy},
        watcher_{watcher},
        machines_{scenario, cluster, sinks},
        trials_{scenario},
        setbacks_{scenario},
        expenses_{scenario},
        stop_{scenario, expenses_, [this] { return machines_.joules_by_cluster(); }},
        rates_end_{rates_end(scenario)} {
    strategy_.give_up_when(watcher.interrupted);
  }

  // The whole campaign is this loop: fill the machines, let time pass, act on what happened.
  CampaignResult run() {
    for (;;) {
      fill();
      if (machines_.running() == 0 && !waits_for_machines()) break;
      if (watcher_.interrupted && watcher_.interrupted()) cut_short("interrupt");
      if (rates_end_ && machines_.now() >= rates_end_->time) cut_short("trace_end", rates_end_->message);
      if (cut_short_) {
        cancel();
        break;
      }
      for (const JobEnd& end : machines_.wait(next_instant())) act_on(end);
      while (machines_.change_is_due())
        for (const JobEnd& end : machines_.change_node()) restart(end);
      if (watcher_.progress)
        watcher_.progress(
            {machines_.now(), state_.started, state_.ended, machines_.segments(), machines_.recorded()});
    }
    return close();
  }

 private:
  // Nothing runs; but something is to, once nodes are repaired.
  bool waits_for_machines() const {
    return machines_.next_change() && !stopped_by_rule() && (!queue_.empty() || ended_by_.empty());
  }

  // When something happens that no job brings about.
  std::optional<Seconds> next_instant() const {
    const std::optional<Seconds> change = machines_.next_change();
    if (!rates_end_) return change;
    return change ? std::min(*change, rates_end_->time) : rates_end_->time;
  }

  // Asks the strategy for work while there are accelerators for it.
  void fill() {
    for (;;) {
      if (stopped_by_rule()) return;  // what still waits for machines does not start either
      queue_.place_all(*this);
      if (!queue_.empty() || !machines_.any_free() || !ended_by_.empty() || !room_for_another()) return;
      const Proposal proposal = ask();
      if (const auto* start = std::get_if<StartTrial>(&proposal)) {
        start_trial(*start);
      } else if (const auto* resume = std::get_if<ResumeTrial>(&proposal)) {
        resume_trial(*resume);
      } else {
        const bool finished = std::holds_alternative<Finished>(proposal);
        if (finished) end_asking("strategy");
        CS_EXPECT(finished || machines_.running() > 0);  // a strategy that waits must wait for something
        return;
      }
    }
  }

  void start_trial(const StartTrial& start) {
    CS_EXPECT(!scenario_.stop.trials || state_.started < *scenario_.stop.trials);
    trials_.add(start);
    ++state_.started;
    enqueue(start.trial, start.until);
  }

  void resume_trial(const ResumeTrial& resume) {
    CS_EXPECT(trials_[resume.trial].status == TrialStatus::paused);
    const auto writing = writing_.find(resume.trial);
    if (writing == writing_.end()) return enqueue(resume.trial, resume.until);
    // Nobody reads a checkpoint before it is written.
    writing->second = resume.until;
    trials_[resume.trial].status = TrialStatus::running;
  }

  void enqueue(TrialId id, Resource until) {
    TrialRecord& trial = trials_[id];
    CS_EXPECT(until <= scenario_.resource.max && until > trial.resource);
    trial.status = TrialStatus::running;
    queue_.push({id, until, machines_.now(), machines_.accelerators_needed(id, trial.configuration)});
  }

  bool place(const WaitingSegment& waiting) override {
    if (!room_for_another()) return false;
    TrialRecord& trial = trials_[waiting.trial];
    const bool placed_before = trial.start >= Seconds{};
    const bool from_scratch = placed_before && scenario_.checkpoint.resume == Resume::from_scratch;
    const StartingPoint point = setbacks_.starting_point(waiting.trial, from_scratch ? 0 : trial.resource);
    if (!machines_.start(waiting, trial.configuration, point)) return false;
    setbacks_.placed(waiting.trial, machines_.now());
    if (!placed_before) trial.start = machines_.now();
    return true;
  }

  bool room_for_another() const {
    return !scenario_.parallel_trials || machines_.running() < *scenario_.parallel_trials;
  }

  // A job ended: the books first, then the strategy's verdict.
  void act_on(const JobEnd& end) {
    note_use(end);
    if (end.paused) {
      const std::optional<Resource> wanted_until = writing_.extract(end.trial).mapped();
      setbacks_.forget(end.trial);
      if (wanted_until) enqueue(end.trial, *wanted_until);
      return release(end);
    }
    double loss = std::nan("");
    if (end.outcome == SegmentOutcome::reached) {
      loss = trials_.train(end.trial, end.trained, end.to);
      note_incumbent(end.trial, loss);
    }
    const Verdict verdict = verdict_on(end.trial, end.outcome, loss);
    if (const auto* more = std::get_if<Continue>(&verdict)) {
      CS_EXPECT(end.outcome == SegmentOutcome::reached);
      CS_EXPECT(more->until > end.to && more->until <= scenario_.resource.max);
      machines_.train_on(end.job, more->until);
    } else if (std::holds_alternative<Pause>(verdict)) {
      pause(end);
    } else {
      end_trial(end);
    }
  }

  Verdict verdict_on(TrialId id, SegmentOutcome outcome, double loss) {
    const TrialRecord& trial = trials_[id];
    const LearntCurve curve{trials_, trial};
    const Verdict verdict = tell({id, trial.resource, loss, outcome, trial.held, trial.energy, &curve});
    // A stop rule ends what would go on; the strategy has still heard the report.
    state_.now = machines_.now();
    if (ended_by_.empty()) {
      const std::string_view rule = stop_.met(state_);
      if (!rule.empty()) end_asking(rule);
    }
    return stopped_by_rule() ? Verdict{Stop{}} : verdict;
  }

  void pause(const JobEnd& end) {
    trials_[end.trial].status = TrialStatus::paused;
    note_rest(end.trial);
    if (machines_.write_checkpoint(end.job)) {
      writing_.emplace(end.trial, std::nullopt);
    } else {
      setbacks_.forget(end.trial);
      release(end);
    }
  }

  // Its machines failed: it waits for others, and goes on from its last checkpoint. The strategy hears
  // nothing.
  void restart(const JobEnd& end) {
    note_use(end);
    expenses_.release(end.trial);
    TrialRecord& trial = trials_[end.trial];
    ++trial.interruptions;
    trial.trained_resource += end.trained;
    const std::optional<Resource> wanted_until =
        end.paused ? writing_.extract(end.trial).mapped() : std::optional{end.until};
    const bool goes_on = setbacks_.add(end, wanted_until.has_value(), machines_.now());
    if (!wanted_until) return;  // what it was writing is gone, and is trained again if anybody asks for it
    if (goes_on) {
      enqueue(end.trial, *wanted_until);
    } else {
      verdict_on(end.trial, SegmentOutcome::given_up, std::nan(""));
      count_out(end.trial, TrialStatus::failed);
    }
  }

  void end_trial(const JobEnd& end) {
    const bool is_complete = trials_[end.trial].resource >= scenario_.resource.max;
    count_out(end.trial, end.outcome != SegmentOutcome::reached ? TrialStatus::failed
                         : is_complete                          ? TrialStatus::completed
                                                                : TrialStatus::stopped);
    release(end);
  }

  void count_out(TrialId trial, TrialStatus status) {
    trials_[trial].status = status;
    ++state_.ended;
    note_rest(trial);
    setbacks_.forget(trial);
  }

  void release(const JobEnd& end) {
    expenses_.release(end.trial);
    machines_.release(end.job);
  }

  void note_use(const JobEnd& end) {
    trials_.use(end.trial, end.use, machines_.now());
    expenses_.use(end.trial, end.use);
    if (end.saves.count > 0) expenses_.store(end.trial, end.saves.size, end.saves.at);
    checkpoints_ += end.saves.count;
    state_.resource += end.trained;
  }

  // Most trials that a rung pauses are never resumed, so that being paused counts as a result.
  void note_rest(TrialId trial) {
    has_rested_.resize(std::max<std::size_t>(has_rested_.size(), index(trial) + 1));
    if (!has_rested_[index(trial)]) ++state_.rested;
    has_rested_[index(trial)] = true;
  }

  void note_incumbent(TrialId trial, double loss) {
    if (!(loss < state_.best_loss)) return;
    state_.best_loss = loss;
    state_.rested_at_best = state_.rested;
    state_.now = machines_.now();
    incumbents_.push_back(
        {state_.now, machines_.total(), state_.resource, trial, loss, stop_.spent_until(state_)});
  }

  // ---- what may come from outside: a strategy that is another program, an interrupt -------------------

  Proposal ask() {
    return heard<Proposal>([this] { return strategy_.ask(); }, Finished{});
  }
  Verdict tell(const Report& report) {
    if (cut_short_) return Stop{};
    return heard<Verdict>([&] { return strategy_.tell(report); }, Stop{});
  }

  // What the strategy says, or `instead` where it fails to; then the campaign is cut short.
  template <class Answer, class Say>
  Answer heard(Say say, Answer instead) {
    try {
      return say();
    } catch (const StrategyFailure& failure) {
      cut_short("external_error", failure.what());
    } catch (const StrategyInterrupted&) {
      cut_short("interrupt");
    }
    return instead;
  }

  // ---- ending --------------------------------------------------------------------------------------

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
    for (const JobEnd& end : machines_.cancel_all()) {
      note_use(end);
      trials_[end.trial].trained_resource += end.trained;
    }
  }

  CampaignResult close() {
    CampaignResult result;
    result.makespan = machines_.now();
    result.energy = machines_.total();
    result.closure = machines_.close();
    result.trials = trials_.close();
    result.incumbents = std::move(incumbents_);
    result.segments = machines_.segments();
    result.checkpoints = checkpoints_;
    result.node_failures = machines_.node_failures();
    result.interruptions = setbacks_.count();
    result.waited = setbacks_.waited();
    result.ended_by = ended_by_.empty() ? "strategy" : ended_by_;
    result.failure = failure_;
    return result;
  }

  const Scenario& scenario_;
  Strategy& strategy_;
  QueuePolicy& queue_;
  const Watcher& watcher_;
  SegmentRunner machines_;
  TrialBook trials_;
  Setbacks setbacks_;
  Expenses expenses_;
  StopMonitor stop_;
  std::optional<RatesEnd> rates_end_;

  // Whose checkpoint is being written, and how far they are to train once it is, if anybody asked.
  std::map<TrialId, std::optional<Resource>> writing_;
  std::uint64_t checkpoints_ = 0;
  CampaignState state_;
  std::vector<Incumbent> incumbents_;
  std::vector<bool> has_rested_;  // by trial
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
