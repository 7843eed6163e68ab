// One bracket of synchronous Successive Halving: a rung is full before its best move on together.
//
// Promotion: of the n at a rung, as many of the smallest losses as the next rung has places; equal losses
// by trial number. A trial that diverged (its loss is not finite) takes part and is never promoted, so a rung
// may stay smaller than planned. Within a rung, trials run in the order of their numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/core/trial.hpp"
#include "sim/search/rungs/brackets.hpp"

namespace campaign_sim {

class SynchronousBracket {
 public:
  explicit SynchronousBracket(Bracket plan);

  struct Job {
    std::optional<TrialId> trial;  // nothing: a new one
    Resource until;
  };
  // The next job, not yet started; nothing while the rung waits for reports, or at the end.
  std::optional<Job> next() const;
  // The next job has started, as this trial.
  void start(TrialId trial);
  // There are no new trials: the first rung ends with those that it has. Each later rung has at most the
  // eta-th part of the one before.
  void close(std::int64_t eta);
  // A trial of this bracket has reached its rung. True if it stays in the race.
  bool report(TrialId trial, double loss);
  // No jobs now or later.
  bool done() const { return rung_ >= plan_.rungs.size(); }

 private:
  void advance();

  Bracket plan_;
  std::size_t rung_ = 0;
  std::vector<TrialId> promoted_;                    // into this rung; the first rung has new trials instead
  std::size_t started_ = 0;                          // in this rung
  std::vector<std::pair<double, TrialId>> results_;  // of this rung
};

}  // namespace campaign_sim
