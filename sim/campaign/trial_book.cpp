#include "sim/campaign/trial_book.hpp"

#include <cmath>
#include <utility>

#include "sim/core/expect.hpp"

namespace campaign_sim {

namespace {

// A loss that has not been reported yet is nan, and better than nothing is anything.
bool improves(double loss, double best) { return std::isnan(best) ? !std::isnan(loss) : loss < best; }

}  // namespace

TrialRecord& TrialBook::operator[](TrialId trial) {
  CS_EXPECT(index(trial) < trials_.size());
  return trials_[index(trial)];
}

void TrialBook::add(const StartTrial& start) {
  CS_EXPECT(index(start.trial) == trials_.size());
  TrialRecord& child = trials_.emplace_back();
  child.configuration = start.configuration;
  if (!start.weights_from) return;
  const TrialRecord& parent = (*this)[*start.weights_from];
  child.resource = parent.resource;
  const double shift = parent.loss - own_loss(child.configuration, parent.resource);
  if (std::isfinite(shift)) child.loss_shift = shift;
}

void TrialBook::use(TrialId trial, const Use& use, Seconds now) {
  TrialRecord& record = (*this)[trial];
  record.held += use.held;
  record.accelerator_time += use.accelerator_time;
  record.energy += use.energy;
  record.cluster = use.cluster;
  record.end = now;
}

double TrialBook::train(TrialId trial, Resource trained, Resource to) {
  TrialRecord& record = (*this)[trial];
  record.trained_resource += trained;
  record.resource = to;
  record.loss = loss(record, to);
  if (improves(record.loss, record.best_loss)) record.best_loss = record.loss;
  return record.loss;
}

double TrialBook::own_loss(const Configuration& configuration, Resource resource) const {
  return scenario_.objective.loss(scenario_.workload->metric(configuration, resource));
}

double TrialBook::loss(const TrialRecord& trial, Resource resource) const {
  return own_loss(trial.configuration, resource) + trial.loss_shift;
}

std::vector<TrialRecord> TrialBook::close() {
  for (TrialRecord& trial : trials_)
    if (trial.status == TrialStatus::running || trial.status == TrialStatus::paused)
      trial.status = TrialStatus::stopped;
  return std::exchange(trials_, {});
}

double LearntCurve::loss(Resource resource) const {
  CS_EXPECT(resource <= trial_.resource);
  return book_.loss(trial_, resource);
}

}  // namespace campaign_sim
