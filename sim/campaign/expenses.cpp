#include "sim/campaign/expenses.hpp"

namespace campaign_sim {

Expenses::Expenses(const Scenario& scenario)
    : charge_{scenario.accounting.charge},
      granularity_{scenario.accounting.granularity},
      sold_in_pieces_{scenario.accounting.granularity > Seconds{}},
      storage_price_{scenario.accounting.storage_price_per_byte_second} {
  for (const ClusterSpec& cluster : scenario.platform.clusters) {
    accelerator_.push_back(hire_price(cluster, scenario.accounting.purchase));
    all_accelerators_ += static_cast<double>(cluster.accelerators()) * accelerator_.back();
  }
}

void Expenses::use(TrialId trial, const Use& use) {
  busy_ += use.accelerator_time * accelerator_[use.cluster];
  if (!sold_in_pieces_ || charge_ != AcceleratorCharge::busy) return;
  Hold& hold = holds_[trial];
  hold.cluster = use.cluster;
  hold.held += use.held;
  hold.accelerator_time += use.accelerator_time;
}

Money Expenses::hold_rounded_up(const Hold& hold) const {
  if (hold.held <= Seconds{}) return {};
  const double accelerators = hold.accelerator_time / hold.held;
  const Seconds beyond = time_paid_for(hold.held, granularity_) - hold.held;
  return accelerators * beyond * accelerator_[hold.cluster];
}

void Expenses::release(TrialId trial) {
  const auto hold = holds_.find(trial);
  if (hold == holds_.end()) return;
  rounding_ += hold_rounded_up(hold->second);
  holds_.erase(hold);
}

void Expenses::store(TrialId trial, Bytes size, Seconds now) {
  if (storage_price_ == 0) return;
  storage_ += Money{stored_bytes_ * (now - stored_since_).base() * storage_price_};
  stored_since_ = now;
  double& bytes = stored_[trial];
  stored_bytes_ -= bytes;
  bytes = size.base();
  stored_bytes_ += bytes;
}

Money Expenses::until(Seconds now) const {
  const Money storage = storage_ + Money{stored_bytes_ * (now - stored_since_).base() * storage_price_};
  if (charge_ == AcceleratorCharge::reserved)
    return all_accelerators_ * time_paid_for(now, granularity_) + storage;
  Money hire = busy_ + rounding_;
  for (const auto& [trial, hold] : holds_) hire += hold_rounded_up(hold);
  return hire + storage;
}

Money Expenses::largest_per_second() const { return all_accelerators_ * 1.0_s; }

}  // namespace campaign_sim
