// When to begin: what a campaign emits as a function of its start, shifted as a whole along the traces of its
// sites' intensity.
#pragma once

#include <vector>

#include "analysis/bill/campaign_bill.hpp"

namespace campaign_sim {

// The energy that CO2e is counted on, in equal bins of campaign time, by cluster: the facility's where its
// PUE is constant or follows the load, and so moves with the campaign; the machines' where the PUE follows
// the calendar, as the intensity does.
class EnergyProfile {
 public:
  EnergyProfile(const BillTerms& terms, double bin_s, double makespan_s);
  void add(const UseRow& row);
  std::vector<std::vector<double>> joules() const;  // by cluster, by bin

 private:
  struct Bins {
    std::vector<double> joules;      // of partly covered bins
    std::vector<double> power_step;  // of wholly covered ones, as differences
    void add(double power_w, double from_s, double to_s, double bin_s);
  };
  std::vector<ClusterSpec> clusters_;
  double bin_s_;
  std::vector<Bins> bins_;    // by cluster
  std::vector<UseRow> rows_;  // of clusters whose PUE follows the load, which only all rows together tell
};

struct StartCost {
  double start = 0;  // instant
  double co2e_kg = 0;
};

// The step of the traces of intensity and PUE: starts are tried at its multiples. Throws BillError if none of
// them varies with the calendar, or if their steps do not fall together.
double start_step_s(const BillTerms& terms);
// Every start at which all traces cover the campaign. Throws BillError if there is none.
std::vector<StartCost> co2e_by_start(const BillTerms& terms, const EnergyProfile& profile, double bin_s,
                                     double makespan_s);

}  // namespace campaign_sim
