// The rungs of ASHA, promotion type: trials wait at a rung until there is room to train them on.
//
// A trial that diverged (its loss is not finite) ranks last, counts, and is never promoted.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

#include "sim/core/trial.hpp"
#include "sim/search/rungs/order_statistic.hpp"

namespace campaign_sim {

enum class PromotionRule : std::uint8_t {
  // Li et al., "A system for massively parallel hyperparameter tuning", MLSys 2020, algorithm 2: the best
  // one not yet promoted among the top floor(n / eta) of all n at the rung. Rungs are r · eta^k <= R.
  paper,
  // Syne Tune 0.13, PromotionRungSystem: the best one not yet promoted, if its loss is at most the quantile
  // rung / next rung of all at the rung, from two results on. Rungs are r · eta^k < R, and R.
  syne_tune,
  // NePS, brackets.Async: the best of those not yet promoted, once they number eta. Those still training
  // towards the rung count, rank last, and may be promoted. Rungs are R / eta^k, whole if the bounds are.
  neps,
};

// The resource of each rung, lowest first. eta is at least 2, 0 < r <= R.
std::vector<Resource> promotion_levels(PromotionRule rule, Resource min_resource, Resource max_resource,
                                       std::int64_t eta);

class PromotionRungs {
 public:
  struct Promotion {
    TrialId trial;
    std::size_t rung;  // where it goes
  };

  PromotionRungs(PromotionRule rule, std::vector<Resource> levels, std::int64_t eta);

  const std::vector<Resource>& levels() const { return levels_; }
  std::size_t top() const { return levels_.size() - 1; }

  // A trial sets out for a rung.
  void enter(TrialId trial, std::size_t rung);
  // It has arrived.
  void record(TrialId trial, std::size_t rung, double loss);
  // The promotion that is due, the highest rung first; the trial has then set out for the next rung. Nothing
  // moves above rung `highest`.
  std::optional<Promotion> promote(std::size_t highest);
  std::optional<Promotion> promote() { return promote(top()); }

 private:
  // Ranked by loss; equal losses by who arrived first.
  struct Entry {
    double loss;
    std::uint64_t arrival;
    TrialId trial;
    bool operator<(const Entry& other) const {
      return std::tie(loss, arrival) < std::tie(other.loss, other.arrival);
    }
    bool operator>(const Entry& other) const { return other < *this; }
  };
  struct PromotionRung {
    OrderStatistic<Entry> all;            // paper: the low side is the top floor(n / eta)
    RunningQuantile cutoff{0};            // syne_tune
    std::set<TrialId> training;           // neps: on the way, not promoted
    std::set<TrialId> promoted_training;  // neps: on the way, promoted already
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> waiting;  // arrived, not promoted
    std::uint64_t arrived = 0;
  };

  std::optional<TrialId> take_promotable(PromotionRung& rung) const;

  PromotionRule rule_;
  std::vector<Resource> levels_;
  std::uint64_t eta_;
  std::vector<PromotionRung> rungs_;
};

}  // namespace campaign_sim
