// Who decides: the interface between the campaign's loop and a search strategy.
//
// A strategy sees trials and losses only: no clock, no machines. That is what lets one strategy run on
// any platform and be tested without one. A strategy whose published rule names energy or time finds
// both in the report.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>

#include "sim/core/space.hpp"
#include "sim/core/trial.hpp"
#include "sim/core/units.hpp"

namespace campaign_sim {

struct BracketPlan;  // sim/search/rungs/bracket_plan.hpp

// What a strategy is made for: everything that a scenario says about the search, apart from the rule.
struct SearchProblem {
  const Space& space;
  std::string resource_unit;              // step, epoch, token
  Resource min_resource = 1;              // smallest amount after which a loss means something
  Resource max_resource = 1;              // a trial that has it is complete
  std::optional<std::uint32_t> trials{};  // `stop.trials`: no strategy starts more
  std::uint64_t seed = 0;
  std::filesystem::path folder{};  // of the scenario: relative file names are relative to it
  std::string objective{};   // what a loss is, for who wants to show it; to the user it may be maximised
  bool maximised = false;    // then a loss is the negative of it
  bool ends_anyway = false;  // another stop rule than `trials` is sure to end the campaign
};

// Answers to `ask`.
// Train a new configuration from nothing, or from the weights that another trial had at its last report:
// then its resource counts on from that trial's.
struct StartTrial {
  TrialId trial;  // the next number: 0, 1, 2, …
  Configuration configuration;
  Resource until;
  std::optional<TrialId> weights_from;
};
// Train a paused trial on; it continues from its checkpoint (or from nothing: `search.resume`).
struct ResumeTrial {
  TrialId trial;
  Resource until;
};
struct WaitForReports {};  // nothing until something is told
struct Finished {};        // nothing ever again; what runs is still reported
using Proposal = std::variant<StartTrial, ResumeTrial, WaitForReports, Finished>;

// The losses of one trial, by resource. Only what is already trained may be looked at.
class LearningCurve {
 public:
  virtual ~LearningCurve() = default;
  virtual double loss(Resource resource) const = 0;
};

enum class SegmentOutcome : std::uint8_t {
  reached,        // trained until the resource asked for
  out_of_memory,  // fits on no accelerator it may use; nothing was trained
  given_up,       // its machines failed once too often (max_restarts); it got no further than it was
};

// What a strategy is told when a trial reaches the resource that was asked for.
struct Report {
  TrialId trial;
  Resource resource;  // reached now
  double loss;        // the objective, lower is better; not finite: the training diverged
  SegmentOutcome outcome;
  Seconds trained;             // by this trial so far, start-up included
  Joules energy;               // drawn by this trial so far, its share of the node included
  const LearningCurve* curve;  // valid during the call
};

// Answers to `tell`, about the trial that the report names.
struct Continue {  // keeps its accelerators
  Resource until;
};
struct Pause {};  // checkpoint, release the accelerators; may be resumed
struct Stop {};   // never again (also for a trial that is complete)
using Verdict = std::variant<Continue, Pause, Stop>;

// Something outside of the program on which a strategy depends has failed: what, in words for the user. The
// campaign ends there and keeps what it has.
class StrategyFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
// A strategy that waited for something outside was told to give up.
class StrategyInterrupted {};

class Strategy {
 public:
  virtual ~Strategy() = default;

  // The next piece of work. Called whenever accelerators are free.
  virtual Proposal ask() = 0;
  // Called once for each segment, in the order of simulated time, ties by trial number.
  virtual Verdict tell(const Report& report) = 0;

  // Given before the first `ask`: a strategy that waits for something outside gives up, with
  // StrategyInterrupted, once it is true. Most wait for nothing.
  virtual void give_up_when(std::function<bool()> /*interrupted*/) {}
  // The rungs and brackets it will go through; nothing for a strategy that has none. Asked before the first
  // `ask`.
  virtual std::optional<BracketPlan> brackets() const;
};

}  // namespace campaign_sim
