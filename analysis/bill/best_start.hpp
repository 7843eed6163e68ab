// When to begin: what a campaign emits as a function of its start, shifted as a whole along the traces of its
// sites' intensity.
#pragma once

#include <vector>

#include "analysis/bill/campaign_bill.hpp"

namespace campaign_sim {

// The facility's energy in equal bins of campaign time, by cluster, for a PUE that does not change with the
// calendar.
class EnergyProfile {
 public:
  EnergyProfile(const BillTerms& terms, double bin_s, double makespan_s);
  void add(const UseRow& row);
  std::vector<std::vector<double>> facility_j() const;  // by cluster, by bin

 private:
  double bin_s_;
  std::vector<double> pue_;
  std::vector<std::vector<double>> joules_;      // of partly covered bins
  std::vector<std::vector<double>> power_step_;  // of wholly covered ones, as differences
};

struct StartCost {
  double start = 0;  // instant
  double co2e_kg = 0;
};

// The step of the traces: starts are tried at its multiples. Throws BillError if no intensity varies over
// time.
double start_step_s(const BillTerms& terms);
// Every start at which all traces cover the campaign. Throws BillError if there is none.
std::vector<StartCost> co2e_by_start(const BillTerms& terms, const EnergyProfile& profile, double bin_s,
                                     double makespan_s);

}  // namespace campaign_sim
