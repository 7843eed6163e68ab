// What each trial used, by what it was for.
#pragma once

#include <cstddef>
#include <vector>

#include "analysis/bill/campaign_bill.hpp"

namespace campaign_sim {

// A campaign may have a million trials, most of which only train: what none of them did takes no memory.
class TrialUses {
 public:
  std::size_t size() const { return training_.size(); }
  void resize(std::size_t trials) { training_.resize(trials); }

  // Whose cause is known only once the trial's fate is.
  TrialBill& training(std::size_t trial) { return in(training_, trial); }
  TrialBill& start_up(std::size_t trial) { return in(start_up_, trial); }
  // Whose cause is known at once.
  TrialBill& other(std::size_t trial) { return in(other_, trial); }

  TrialBill training(std::size_t trial) const { return at(training_, trial); }
  TrialBill start_up(std::size_t trial) const { return at(start_up_, trial); }

  // All of it, by trial; nothing is left here.
  std::vector<TrialBill> take();

 private:
  TrialBill& in(std::vector<TrialBill>& part, std::size_t trial);
  static TrialBill at(const std::vector<TrialBill>& part, std::size_t trial) {
    return trial < part.size() ? part[trial] : TrialBill{};
  }

  std::vector<TrialBill> training_;  // as long as there are trials; the others may be shorter
  std::vector<TrialBill> start_up_;
  std::vector<TrialBill> other_;
};

void add(TrialBill& bill, const TrialBill& more);

}  // namespace campaign_sim
