#include "analysis/bill/holds.hpp"

namespace campaign_sim {

Holds::Holds(const BillTerms& terms)
    : rounds_up_{terms.charge == AcceleratorCharge::busy && terms.granularity > Seconds{}},
      granularity_{terms.granularity},
      storage_price_{terms.storage_price_per_byte_second} {
  for (const ClusterSpec& cluster : terms.platform.clusters)
    hire_.push_back(hire_price(cluster, terms.purchase).base());
}

Holds::Ended Holds::follow(const UseRow& row) {
  if (*row.trial >= trials_.size()) trials_.resize(*row.trial + 1);
  Trial& trial = trials_[*row.trial];
  Hold& hold = trial.hold;
  Ended ended;
  const bool goes_on =
      hold.until_s == row.start_s && hold.accelerators == row.accelerators && hold.cluster == row.cluster;
  if (!goes_on) {
    ended = end_hold(hold);
    hold = {row.start_s, row.end_s, row.accelerators, row.cluster};
  }
  hold.until_s = row.end_s;
  if (row.stored_bytes > 0) {
    store(trial, row.end_s);
    trial.checkpoint_bytes = row.stored_bytes;
    trial.stored_since_s = row.end_s;
  }
  return ended;
}

Holds::Ended Holds::end(std::uint32_t trial, double makespan_s) {
  if (trial >= trials_.size()) return {};
  store(trials_[trial], makespan_s);
  return end_hold(trials_[trial].hold);
}

// What is paid for beyond what was used, because time is sold in whole pieces.
Holds::Ended Holds::end_hold(const Hold& hold) const {
  if (hold.accelerators == 0 || !rounds_up_) return {};
  const Seconds held{hold.until_s - hold.since_s};
  const Seconds beyond = time_paid_for(held, granularity_) - held;
  return {hold.cluster, Money{beyond.base() * hold.accelerators * hire_[hold.cluster]}};
}

void Holds::store(Trial& trial, double now_s) {
  storage_.add(trial.checkpoint_bytes * (now_s - trial.stored_since_s) * storage_price_);
}

}  // namespace campaign_sim
