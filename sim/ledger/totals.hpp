// Sums of the ledger: joules and accelerator-seconds by cluster and cause.
#pragma once

#include <array>
#include <vector>

#include "sim/core/compensated_sum.hpp"
#include "sim/ledger/row.hpp"

namespace campaign_sim {

struct ClusterTotals {
  std::array<CompensatedSum, cause_names.size()> energy_j;
  std::array<CompensatedSum, cause_names.size()> accelerator_s;

  Joules energy(Cause cause) const { return Joules{energy_j[static_cast<std::size_t>(cause)].value()}; }
  Seconds accelerator_time(Cause cause) const {
    return Seconds{accelerator_s[static_cast<std::size_t>(cause)].value()};
  }
};

class Totals final : public LedgerSink {
 public:
  explicit Totals(std::size_t clusters) : clusters_(clusters) {}

  void add(const LedgerRow& row) override {
    ClusterTotals& cluster = clusters_[row.cluster];
    const auto cause = static_cast<std::size_t>(row.cause);
    cluster.energy_j[cause].add(row.energy.base());
    cluster.accelerator_s[cause].add((row.end - row.start).base() *
                                     static_cast<double>(row.accelerators.size()));
  }

  const std::vector<ClusterTotals>& clusters() const { return clusters_; }

 private:
  std::vector<ClusterTotals> clusters_;
};

}  // namespace campaign_sim
