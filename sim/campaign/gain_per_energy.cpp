#include "sim/campaign/gain_per_energy.hpp"

namespace campaign_sim {

GainPerEnergy::GainPerEnergy(double least_per_kwh, Joules window)
    : most_change_{least_per_kwh * kwh(window)}, window_{window} {}

void GainPerEnergy::improved(double loss, Joules spent) {
  bests_.push_back({loss, spent});
  // A best loss that is too far above this one can no longer end anything: the window would hold the gain.
  while (bests_.front().loss - loss >= most_change_ && bests_.size() > 1) bests_.pop_front();
}

Joules GainPerEnergy::due() const {
  if (bests_.empty()) return Joules{std::numeric_limits<double>::infinity()};
  return bests_.front().from + window_;
}

}  // namespace campaign_sim
