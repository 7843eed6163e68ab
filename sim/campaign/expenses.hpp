// What the campaign has to pay so far for machines and stored checkpoints, as its bill will count it:
// at the price of the purchase, in the pieces in which time is sold.
#pragma once

#include <map>
#include <vector>

#include "sim/campaign/segment_runner.hpp"
#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

class Expenses {
 public:
  explicit Expenses(const Scenario& scenario);

  // A trial used machines until now.
  void use(TrialId trial, const Use& use);
  // A trial lets go of its machines.
  void release(TrialId trial);
  // A trial has written a checkpoint of that size; it replaces the one before.
  void store(TrialId trial, Bytes size, Seconds now);

  // If the campaign ended now; what still runs counts as far as it was heard of.
  Money until(Seconds now) const;
  // In one second, with everything held.
  Money largest_per_second() const;
  // Nothing but seconds times prices: no jumps at whole hours, no storage.
  bool is_steady() const { return !sold_in_pieces_ && storage_price_ == 0; }

 private:
  struct Hold {
    std::uint32_t cluster = 0;
    Seconds held;
    Seconds accelerator_time;
  };
  Money hold_rounded_up(const Hold& hold) const;

  AcceleratorCharge charge_;
  Seconds granularity_;
  bool sold_in_pieces_;
  double storage_price_;                     // per byte and second
  MoneyPerSecond all_accelerators_;          // price of all of them
  std::vector<MoneyPerSecond> accelerator_;  // price of one, by cluster

  Money busy_;                     // while held
  std::map<TrialId, Hold> holds_;  // that go on, where time is sold in pieces
  Money rounding_;                 // of those that have ended
  std::map<TrialId, double> stored_;
  double stored_bytes_ = 0;
  Seconds stored_since_;  // as many bytes as now
  Money storage_;         // until then
};

}  // namespace campaign_sim
