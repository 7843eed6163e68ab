// When PASHA lets trials train further: the ranking at the top rung, compared with that one rung below.
//
// Bohdal et al., "PASHA: efficient HPO and NAS with progressive resource allocation", ICLR 2023: the ranking
// is stable while the trial at each place of the upper rung had, one rung below, a loss within epsilon of
// the trial at that place there. Epsilon is measured (section 4.2 and the authors' code in Syne Tune 0.13):
// two trials whose curves cross and cross back differ by noise only, so epsilon is the 90th percentile of the
// distances of such pairs, zero before there is one.
//
// Ours: pairs are compared at the upper rung, where both are known, by what their curves show up to there. A
// trial that diverged ranks last and is in no pair. Equal losses rank in the order of arrival.
#pragma once

#include <span>
#include <vector>

#include "sim/search/rungs/order_statistic.hpp"

namespace campaign_sim {

class SoftRanking {
 public:
  explicit SoftRanking(double percentile);

  // A trial has reached the upper rung. `curve` holds its losses at even steps up to there.
  void add(double lower_loss, double upper_loss, std::span<const double> curve);
  bool stable() const;
  double epsilon() const { return epsilon_; }
  // Trials are to be compared one rung higher. Epsilon stays until there are pairs there.
  void next_rung();

 private:
  struct Trial {
    double lower;
    double upper;
    std::vector<double> curve;
  };

  double percentile_;
  double epsilon_ = 0;
  RunningQuantile distances_;          // of the pairs that cross and cross back
  std::vector<Trial> trials_;          // in the order of arrival
  std::vector<std::size_t> by_lower_;  // places in trials_, best first
  std::vector<std::size_t> by_upper_;
};

// Whether two curves of equal length are in the order of their ends, before that in the opposite order, and
// before that again in the order of their ends.
bool cross_and_back(std::span<const double> a, std::span<const double> b);

}  // namespace campaign_sim
