// PASHA: ASHA that starts with two rungs and adds one whenever the ranking at the top rung is not the one
// below it. Bohdal et al., "PASHA: efficient HPO and NAS with progressive resource allocation", ICLR 2023,
// algorithm 1. Promotion is that of ASHA's paper (promotion_rungs.hpp); the ranking: soft_ranking.hpp.
//
// Trials wait at the top rung: if it is no longer the top, they may be promoted. When the scenario's trials
// have all started, promotions go on until nothing is left to promote. Curves are looked at every
// `report_every` of resource (default: the smallest resource).
#include <cmath>
#include <utility>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/search/rungs/bracket_plan.hpp"
#include "sim/search/rungs/multi_fidelity.hpp"
#include "sim/search/rungs/promotion_rungs.hpp"
#include "sim/search/rungs/soft_ranking.hpp"
#include "sim/search/strategy_makers.hpp"
#include "sim/search/trial_source.hpp"

namespace campaign_sim {

namespace {

class Pasha final : public Strategy {
 public:
  Pasha(TrialSource source, PromotionRungs rungs, std::int64_t eta, SoftRanking ranking,
        Resource report_every)
      : source_{std::move(source)},
        rungs_{std::move(rungs)},
        ranking_{std::move(ranking)},
        eta_{eta},
        report_every_{report_every},
        top_{std::min<std::size_t>(1, rungs_.top())} {}

  Proposal ask() override {
    if (const auto promotion = rungs_.promote(top_)) {
      rung_[index(promotion->trial)] = promotion->rung;
      ++running_;
      return ResumeTrial{promotion->trial, rungs_.levels()[promotion->rung]};
    }
    if (auto start = source_.next(rungs_.levels().front())) {
      rung_.push_back(0);
      loss_below_.push_back(std::nan(""));
      ++running_;
      return std::move(*start);
    }
    if (running_ > 0) return WaitForReports{};
    return Finished{};
  }

  Verdict tell(const Report& report) override {
    const std::uint32_t trial = index(report.trial);
    const std::size_t rung = rung_[trial];
    --running_;
    source_.observe(report);
    rungs_.record(report.trial, rung, report.loss);
    // Nothing comes above the last rung, so nobody needs to know how stable it is.
    if (rung == top_ && rung > 0 && top_ < rungs_.top()) {
      ranking_.add(loss_below_[trial], report.loss, curve_of(report));
      if (!ranking_.stable()) grow();
    }
    loss_below_[trial] = report.loss;
    source_.finish(report.trial);
    if (rung < rungs_.top() && std::isfinite(report.loss)) return Pause{};
    return Stop{};
  }

  std::optional<BracketPlan> brackets() const override {
    const auto trials = source_.remaining();
    return BracketPlan{asynchronous_table(rungs_.levels(), trials, eta_), eta_, trials, true,
                       "This is the most: the third rung and each one above it is added when the ranking at "
                       "the rung below is not stable, and promotions come before a rung is full."};
  }

 private:
  std::vector<double> curve_of(const Report& report) const {
    std::vector<double> curve;
    if (!std::isfinite(report.loss)) return curve;
    for (double step = 1; step * report_every_ < report.resource; ++step)
      curve.push_back(report.curve->loss(step * report_every_));
    curve.push_back(report.loss);
    return curve;
  }

  void grow() {
    ++top_;
    ranking_.next_rung();
  }

  TrialSource source_;
  PromotionRungs rungs_;
  SoftRanking ranking_;
  std::int64_t eta_;
  Resource report_every_;
  std::size_t top_;
  std::vector<std::size_t> rung_;   // where each trial trains to, or waits
  std::vector<double> loss_below_;  // of each trial at its last rung
  std::size_t running_ = 0;
};

}  // namespace

std::unique_ptr<Strategy> make_pasha(Reader& search, const SearchProblem& problem) {
  constexpr double published_percentile = 90;  // Bohdal et al. 2023, section 4.2
  const BracketProblem p = read_bracket_problem(search, problem, BracketRule::paper);
  const double percentile =
      search.number_or("epsilon_percentile", published_percentile, {.low = 0, .high = 100, .low_open = true});
  const Resource report_every = read_report_every(search, problem);
  constexpr auto rule = PromotionRule::paper;
  return std::make_unique<Pasha>(
      TrialSource{read_sampler(search, problem), problem},
      PromotionRungs{rule, promotion_levels(rule, p.min_resource, p.max_resource, p.eta), p.eta}, p.eta,
      SoftRanking{percentile}, report_every);
}

}  // namespace campaign_sim
