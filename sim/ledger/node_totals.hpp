// Sums of the ledger by node: who was busy, who stood idle.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/ledger/row.hpp"

namespace campaign_sim {

struct NodeTotal {
  double busy_accelerator_s = 0;
  double idle_accelerator_s = 0;
  double energy_j = 0;
  double idle_energy_j = 0;
};

class NodeTotals final : public LedgerSink {
 public:
  // `node_of` gives, for each accelerator, the number of its node, through all clusters.
  explicit NodeTotals(std::vector<std::uint32_t> node_of)
      : node_of_{std::move(node_of)}, nodes_(node_of_.empty() ? 0 : node_of_.back() + 1) {}

  void add(const LedgerRow& row) override {
    NodeTotal& node = nodes_[node_of_[row.accelerators.front()]];  // a job stays on one node
    const double accelerator_s = (row.end - row.start).base() * static_cast<double>(row.accelerators.size());
    (row.cause == Cause::idle ? node.idle_accelerator_s : node.busy_accelerator_s) += accelerator_s;
    if (row.cause == Cause::idle) node.idle_energy_j += row.energy.base();
    node.energy_j += row.energy.base();
  }

  const std::vector<NodeTotal>& nodes() const { return nodes_; }

 private:
  std::vector<std::uint32_t> node_of_;
  std::vector<NodeTotal> nodes_;
};

}  // namespace campaign_sim
