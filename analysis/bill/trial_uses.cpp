#include "analysis/bill/trial_uses.hpp"

namespace campaign_sim {

void add(TrialBill& bill, const TrialBill& more) {
  bill.accrued += more.accrued;
  bill.held += more.held;
}

TrialBill& TrialUses::in(std::vector<TrialBill>& part, std::size_t trial) {
  if (trial >= training_.size()) training_.resize(trial + 1);
  if (trial >= part.size()) part.resize(trial + 1);
  return part[trial];
}

std::vector<TrialBill> TrialUses::take() {
  for (const auto* part : {&start_up_, &other_})
    for (std::size_t i = 0; i < part->size(); ++i) add(training_[i], (*part)[i]);
  return std::move(training_);
}

}  // namespace campaign_sim
