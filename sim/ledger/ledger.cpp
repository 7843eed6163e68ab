#include "sim/ledger/ledger.hpp"

#include <cmath>

#include "sim/core/expect.hpp"

namespace campaign_sim {

Ledger::Ledger(std::vector<std::uint32_t> cluster_of)
    : cluster_of_{std::move(cluster_of)}, marks_(cluster_of_.size(), Mark{Seconds{}, Joules{}}) {}

void Ledger::add(const LedgerRow& row) {
  energy_j_.add(row.energy.base());
  for (const std::uint32_t accelerator : row.accelerators) {
    Mark& mark = marks_.at(accelerator);
    gaps_s_.add(std::abs((row.start - mark.since).base()));
    mark.since = row.end;
  }
  for (LedgerSink* sink : sinks_) sink->add(row);
}

void Ledger::take(std::uint32_t accelerator, Seconds now, Joules meter, Cause cause) {
  const Mark& mark = marks_.at(accelerator);
  if (mark.since == now) return;
  LedgerRow row;
  row.cause = cause;
  row.start = mark.since;
  row.end = now;
  row.cluster = cluster_of_[accelerator];
  row.accelerators = {&accelerator, 1};
  row.energy = meter - mark.meter;
  add(row);
}

void Ledger::use(const LedgerRow& row) {
  CS_EXPECT(row.trial.has_value() && !row.accelerators.empty() && row.end >= row.start);
  add(row);
}

void Ledger::let_go(std::uint32_t accelerator, Seconds now, Joules meter) {
  Mark& mark = marks_.at(accelerator);
  CS_EXPECT(mark.since == now);
  mark.meter = meter;
}

Closure Ledger::close(Seconds end, std::span<const Joules> meters, Joules total) {
  CS_EXPECT(meters.size() == marks_.size());
  for (std::uint32_t accelerator = 0; accelerator < marks_.size(); ++accelerator)
    take(accelerator, end, meters[accelerator]);
  // Every mark now stands at `end`: the rows of each accelerator cover [0, end] but for the gaps.
  for (const Mark& mark : marks_) gaps_s_.add(std::abs((end - mark.since).base()));

  Closure closure;
  if (total.base() > 0) closure.energy_error = std::abs(energy_j_.value() - total.base()) / total.base();
  const double in_all_s = end.base() * static_cast<double>(marks_.size());
  if (in_all_s > 0) closure.time_error = gaps_s_.value() / in_all_s;
  return closure;
}

}  // namespace campaign_sim
