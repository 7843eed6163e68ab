// What is known of every trial: how far it is, its losses, what it used.
#pragma once

#include <vector>

#include "sim/campaign/segment_runner.hpp"
#include "sim/campaign/trial_record.hpp"
#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

class TrialBook {
 public:
  explicit TrialBook(const Scenario& scenario) : scenario_{scenario} {}

  TrialRecord& operator[](TrialId trial);
  std::size_t size() const { return trials_.size(); }

  // A new trial. One that takes another's weights goes on where that one is: at its resource and with its
  // loss; from there it learns as its own configuration does.
  void add(const StartTrial& start);
  // The trial used machines until now.
  void use(TrialId trial, const Use& use, Seconds now);
  // The trial trained so much and is now there. Returns its loss there.
  double train(TrialId trial, Resource trained, Resource to);

  // The loss that a trial reports at a resource.
  double loss(const TrialRecord& trial, Resource resource) const;

  // All trials, those that nobody ended as stopped. The book is empty afterwards.
  std::vector<TrialRecord> close();

 private:
  double own_loss(const Configuration& configuration, Resource resource) const;

  const Scenario& scenario_;
  std::vector<TrialRecord> trials_;
};

// A trial's learning curve, for strategies that look at more than its last loss.
class LearntCurve final : public LearningCurve {
 public:
  LearntCurve(const TrialBook& book, const TrialRecord& trial) : book_{book}, trial_{trial} {}
  double loss(Resource resource) const override;  // nobody looks ahead of what is trained

 private:
  const TrialBook& book_;
  const TrialRecord& trial_;
};

}  // namespace campaign_sim
