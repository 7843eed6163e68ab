// Feeds the rows of a running campaign to its bill.
#pragma once

#include "analysis/bill/campaign_bill.hpp"
#include "sim/campaign/campaign.hpp"
#include "sim/ledger/row.hpp"

namespace campaign_sim {

class BillSink final : public LedgerSink {
 public:
  explicit BillSink(const BillTerms& terms, BillDetail detail = BillDetail::trials)
      : biller_{terms, detail} {}

  void add(const LedgerRow& row) override {
    UseRow use;
    if (row.trial) use.trial = index(*row.trial);
    use.cause = row.cause;
    use.start_s = row.start.base();
    use.end_s = row.end.base();
    use.cluster = row.cluster;
    use.accelerators = static_cast<std::uint32_t>(row.accelerators.size());
    use.energy_j = row.energy.base();
    if (row.trial && row.cause == Cause::train) use.resource = row.to - row.from;
    use.stored_bytes = row.stored.base();
    biller_.add(use);
  }
  CampaignBill finish(const BillOutcome& outcome) { return biller_.finish(outcome); }

 private:
  Biller biller_;
};

// What the bill needs to know of how the campaign ended.
BillOutcome bill_outcome(const Scenario& scenario, const CampaignResult& result);

}  // namespace campaign_sim
