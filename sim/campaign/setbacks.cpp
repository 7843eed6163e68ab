#include "sim/campaign/setbacks.hpp"

namespace campaign_sim {

Setbacks::Setbacks(const Scenario& scenario) {
  for (const ClusterSpec& cluster : scenario.platform.clusters)
    max_restarts_.push_back(cluster.failures ? cluster.failures->max_restarts : 0);
}

bool Setbacks::add(const JobEnd& end, bool waits, Seconds now) {
  ++count_;
  const auto [found, is_first] = trials_.try_emplace(end.trial);
  Setback& setback = found->second;
  const bool is_further = is_first || end.saved > setback.saved;
  setback.in_a_row = is_further ? 1 : setback.in_a_row + 1;
  setback.saved = end.saved;
  setback.booked = end.booked;
  setback.waits = waits;
  setback.since = now;
  setback.accelerators = static_cast<double>(end.accelerators);
  return setback.in_a_row <= max_restarts_[end.use.cluster];
}

StartingPoint Setbacks::starting_point(TrialId trial, Resource otherwise) const {
  if (trials_.empty()) return {otherwise, otherwise, false};
  const auto found = trials_.find(trial);
  if (found == trials_.end()) return {otherwise, otherwise, false};
  return {found->second.saved, found->second.booked, true};
}

void Setbacks::placed(TrialId trial, Seconds now) {
  if (trials_.empty()) return;
  const auto found = trials_.find(trial);
  if (found == trials_.end() || !found->second.waits) return;
  waited_ += found->second.accelerators * (now - found->second.since);
  found->second.waits = false;
}

}  // namespace campaign_sim
