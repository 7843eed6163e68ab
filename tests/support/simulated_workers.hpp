// A cluster in a few lines, for tests of strategies: W workers, an event heap, seconds per resource unit
// and a loss function; no SimGrid, no power, no start-up times.
//
// The rules are those of the golden tables: a free worker asks at once, the lowest number first; results
// that fall on the same instant arrive in the order in which their jobs were started, and the free
// workers ask after each of them. A trial that continues keeps its worker.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <queue>
#include <set>
#include <tuple>
#include <vector>

#include "sim/core/expect.hpp"
#include "sim/search/strategy.hpp"

namespace campaign_sim::testing {

// One segment as it was run. Jobs stand in the order of their completion.
struct SimulatedJob {
  std::size_t worker;
  std::uint32_t trial;
  Resource from;  // what the trial had before, also where it trains again from zero
  Resource to;
  double start;
  double end;

  bool operator==(const SimulatedJob&) const = default;
};

enum class Checkpoints : std::uint8_t {
  resume,   // a resumed trial goes on from where it was paused, at no cost
  restart,  // it trains again from zero: the job takes as long as `to` units
};

struct SimulatedWorkers {
  std::size_t workers = 1;
  Checkpoints checkpoints = Checkpoints::resume;
  std::function<double(TrialId)> seconds_per_unit = [](TrialId) { return 1.0; };
  std::function<double(TrialId, const Configuration&, Resource)> loss;
  // Trials that fit on no accelerator: their first job takes no time and trains nothing.
  std::function<bool(TrialId)> out_of_memory = [](TrialId) { return false; };
  std::size_t most_jobs = std::numeric_limits<std::size_t>::max();  // stop after so many
};

struct SimulatedTrial {
  Configuration configuration;
  std::optional<TrialId> weights_from;
  TrialStatus status = TrialStatus::running;
  Resource resource = 0;  // trained so far, inherited weights included
  double seconds = 0;     // of training
};

struct SimulatedRun {
  std::vector<SimulatedJob> jobs;
  std::vector<SimulatedTrial> trials;
  bool finished = false;  // the strategy said that there is nothing more
};

// Runs a strategy to its end. Throws InternalError if it breaks the contract of strategy.hpp: wrong trial
// numbers, a resumed trial that is not paused, training backwards, waiting while nothing runs.
class WorkerSimulation {
 public:
  WorkerSimulation(Strategy& strategy, const SimulatedWorkers& setup) : strategy_{strategy}, setup_{setup} {}

  SimulatedRun run() {
    for (std::size_t worker = 0; worker < setup_.workers; ++worker) free_.insert(worker);
    fill();
    while (!running_.empty() && run_.jobs.size() < setup_.most_jobs) {
      const Event event = running_.top();
      running_.pop();
      now_ = event.job.end;
      deliver(event);
      fill();
    }
    CS_EXPECT(run_.finished || run_.jobs.size() >= setup_.most_jobs);
    return run_;
  }

 private:
  struct Event {
    SimulatedJob job;
    std::uint64_t order;                        // of start
    bool operator<(const Event& other) const {  // the queue's top is its greatest element
      return std::tie(job.end, order) > std::tie(other.job.end, other.order);
    }
  };
  struct Curve final : LearningCurve {
    Curve(const SimulatedWorkers& s, TrialId t, const SimulatedTrial& state)
        : setup{s}, trial{t}, now{state} {}
    double loss(Resource resource) const override {
      CS_EXPECT(resource <= now.resource);
      return setup.loss(trial, now.configuration, resource);
    }
    const SimulatedWorkers& setup;
    TrialId trial;
    const SimulatedTrial& now;
  };

  void fill() {
    while (!free_.empty() && !run_.finished) {
      const Proposal proposal = strategy_.ask();
      if (const auto* start = std::get_if<StartTrial>(&proposal)) {
        CS_EXPECT(index(start->trial) == run_.trials.size());
        CS_EXPECT(!start->weights_from || index(*start->weights_from) < run_.trials.size());
        SimulatedTrial trial{start->configuration, start->weights_from};
        if (start->weights_from) trial.resource = run_.trials[index(*start->weights_from)].resource;
        run_.trials.push_back(trial);
        occupy(start->trial, start->until);
      } else if (const auto* resume = std::get_if<ResumeTrial>(&proposal)) {
        CS_EXPECT(index(resume->trial) < run_.trials.size());
        CS_EXPECT(run_.trials[index(resume->trial)].status == TrialStatus::paused);
        occupy(resume->trial, resume->until);
      } else if (std::holds_alternative<WaitForReports>(proposal)) {
        CS_EXPECT(!running_.empty());
        return;
      } else {
        run_.finished = true;
      }
    }
  }

  void occupy(TrialId trial, Resource until) {
    const std::size_t worker = *free_.begin();
    free_.erase(free_.begin());
    const bool again = setup_.checkpoints == Checkpoints::restart;
    start(worker, trial, until, again ? 0 : run_.trials[index(trial)].resource);
  }

  void start(std::size_t worker, TrialId trial, Resource until, Resource trained_from) {
    auto& state = run_.trials[index(trial)];
    CS_EXPECT(until > state.resource);
    state.status = TrialStatus::running;
    const double seconds =
        setup_.out_of_memory(trial) ? 0 : (until - trained_from) * setup_.seconds_per_unit(trial);
    running_.push({{worker, index(trial), state.resource, until, now_, now_ + seconds}, started_++});
  }

  void deliver(const Event& event) {
    const auto& job = event.job;
    const TrialId trial{job.trial};
    const bool failed = setup_.out_of_memory(trial);
    auto& state = run_.trials[job.trial];
    if (!failed) state.resource = job.to;
    state.seconds += job.end - job.start;
    run_.jobs.push_back(job);
    const Curve curve{setup_, trial, state};
    const double loss = failed ? std::numeric_limits<double>::quiet_NaN()
                               : setup_.loss(trial, state.configuration, state.resource);
    const Verdict verdict = strategy_.tell({trial, state.resource, loss,
                                            failed ? SegmentOutcome::out_of_memory : SegmentOutcome::reached,
                                            Seconds{state.seconds}, Joules{state.seconds}, &curve});
    if (const auto* more = std::get_if<Continue>(&verdict)) {
      CS_EXPECT(!failed);
      start(job.worker, trial, more->until, state.resource);
      return;
    }
    state.status =
        failed ? TrialStatus::failed
               : (std::holds_alternative<Pause>(verdict) ? TrialStatus::paused : TrialStatus::stopped);
    free_.insert(job.worker);
  }

  Strategy& strategy_;
  const SimulatedWorkers& setup_;
  SimulatedRun run_;
  std::set<std::size_t> free_;
  std::priority_queue<Event> running_;
  std::uint64_t started_ = 0;
  double now_ = 0;
};

inline SimulatedRun run(Strategy& strategy, const SimulatedWorkers& setup) {
  return WorkerSimulation{strategy, setup}.run();
}

}  // namespace campaign_sim::testing
