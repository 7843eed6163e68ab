// Sums of what can be many million rows: small terms beside large ones are kept.
#pragma once

#include <array>

#include "analysis/bill/hire.hpp"
#include "analysis/bill/site_account.hpp"
#include "sim/core/compensated_sum.hpp"

namespace campaign_sim {

class AccruedSum {
 public:
  void add(const Accrued& a) {
    const std::array<double, 7> terms = {a.it.base(),   a.facility.base(),       a.co2e_it.base(),
                                         a.co2e.base(), a.electricity_it.base(), a.electricity.base(),
                                         a.water_l};
    for (std::size_t i = 0; i < terms.size(); ++i) sums_[i].add(terms[i]);
  }
  Accrued value() const {
    return {Joules{sums_[0].value()},
            Joules{sums_[1].value()},
            Kilograms{sums_[2].value()},
            Kilograms{sums_[3].value()},
            Money{sums_[4].value()},
            Money{sums_[5].value()},
            sums_[6].value()};
  }

 private:
  std::array<CompensatedSum, 7> sums_;
};

class HeldSum {
 public:
  void add(const Held& h) {
    sums_[0].add(h.accelerator_s);
    sums_[1].add(h.embodied.base());
    sums_[2].add(h.hire.base());
  }
  Held value() const { return {sums_[0].value(), Kilograms{sums_[1].value()}, Money{sums_[2].value()}}; }

 private:
  std::array<CompensatedSum, 3> sums_;
};

}  // namespace campaign_sim
