// What depends on how long a trial goes on holding something: accelerators that are sold in whole pieces of
// time, and checkpoints that lie in storage.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/bill/campaign_bill.hpp"
#include "sim/core/compensated_sum.hpp"

namespace campaign_sim {

class Holds {
 public:
  explicit Holds(const BillTerms& terms);

  // Whether the terms make any of it cost something; if not, rows need not be shown.
  bool matter() const { return rounds_up_ || storage_price_ > 0; }

  // A hold that a row ended: money for time beyond what was used. `trial` is that of the row.
  struct Ended {
    std::uint32_t cluster = 0;
    Money beyond;
  };
  // Rows of one trial come in the order of time.
  Ended follow(const UseRow& row);
  // The campaign is over for a trial: of its last hold, and of what it stores.
  Ended end(std::uint32_t trial, double makespan_s);

  std::size_t trials() const { return trials_.size(); }
  Money storage() const { return Money{storage_.value()}; }

 private:
  // A trial's stretch on its accelerators, which may go on in the next row.
  struct Hold {
    double since_s = 0;
    double until_s = -1;
    std::uint32_t accelerators = 0;
    std::uint32_t cluster = 0;
  };
  struct Trial {
    Hold hold;
    double checkpoint_bytes = 0;  // what is stored now
    double stored_since_s = 0;
  };
  Ended end_hold(const Hold& hold) const;
  void store(Trial& trial, double now_s);

  bool rounds_up_;
  Seconds granularity_;
  double storage_price_;      // per byte and second
  std::vector<double> hire_;  // money per accelerator-second, by cluster
  std::vector<Trial> trials_;
  CompensatedSum storage_;
};

}  // namespace campaign_sim
