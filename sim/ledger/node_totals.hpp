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
    // Accelerators of one row do the same on equal nodes: each has the same share of its joules.
    const auto count = static_cast<double>(row.accelerators.size());
    const std::size_t end = row.accelerators.size();
    for (std::size_t i = 0, next = 0; i < end; i = next) {
      const std::uint32_t number = node_of_[row.accelerators[i]];
      for (next = i + 1; next < end && node_of_[row.accelerators[next]] == number;) ++next;
      const auto here = static_cast<double>(next - i);
      add_to(nodes_[number], row, (row.end - row.start).base() * here, row.energy.base() * (here / count));
    }
  }

  const std::vector<NodeTotal>& nodes() const { return nodes_; }

 private:
  static void add_to(NodeTotal& node, const LedgerRow& row, double accelerator_s, double energy_j) {
    if (row.cause == Cause::off) return;  // and draws nothing
    (row.cause == Cause::idle ? node.idle_accelerator_s : node.busy_accelerator_s) += accelerator_s;
    if (row.cause == Cause::idle) node.idle_energy_j += energy_j;
    node.energy_j += energy_j;
  }

  std::vector<std::uint32_t> node_of_;
  std::vector<NodeTotal> nodes_;
};

}  // namespace campaign_sim
