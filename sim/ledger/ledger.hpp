// Keeps the ledger closed: turns what the meter saw into rows, fills the gaps with idle rows, and checks
// at the end that no joule and no second is missing or counted twice.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/compensated_sum.hpp"
#include "sim/core/units.hpp"
#include "sim/ledger/row.hpp"

namespace campaign_sim {

// How far the rows are from the meter and from tiling time.
struct Closure {
  double energy_error = 0;  // |sum of rows - meter| / meter; 0 for an empty meter
  double time_error = 0;    // accelerator-seconds in gaps, overlaps or missing / accelerator-seconds in all
};

class Ledger {
 public:
  // `cluster_of` gives, for each accelerator, the index of its cluster.
  explicit Ledger(std::vector<std::uint32_t> cluster_of);

  // Sinks get every row; they must outlive the ledger's last row.
  void add_sink(LedgerSink& sink) { sinks_.push_back(&sink); }

  // The accelerator stops being idle: closes the row since it was last let go. `meter` is its joules now. Or
  // it stops being off.
  void take(std::uint32_t accelerator, Seconds now, Joules meter, Cause cause = Cause::idle);
  // What somebody used accelerators for.
  void use(const LedgerRow& row);
  // The accelerator is idle, or off, from now on.
  void let_go(std::uint32_t accelerator, Seconds now, Joules meter);

  // The campaign ends: `meters` are the joules of every accelerator now, `total` the meter's own sum.
  // Nothing may be held any more.
  Closure close(Seconds end, std::span<const Joules> meters, Joules total);

  // The sum of all rows so far.
  Joules recorded() const { return Joules{energy_j_.value()}; }

 private:
  struct Mark {
    Seconds since;  // end of the accelerator's last row
    Joules meter;   // then
  };
  void add(const LedgerRow& row);

  std::vector<std::uint32_t> cluster_of_;
  std::vector<Mark> marks_;
  std::vector<LedgerSink*> sinks_;
  CompensatedSum energy_j_;
  CompensatedSum gaps_s_;  // absolute
};

}  // namespace campaign_sim
