// ASHA whose rungs are joules: a trial competes with those that drew as much energy, not with those that
// trained as long, so a configuration that is cheap to train may train longer before it is judged.
//
// The rule is ours; promotion is ASHA's (Li et al., MLSys 2020, algorithm 2; promotion_rungs.hpp) with rungs
// min_energy · eta^k <= max_energy. A trial has reached a rung at the first report by which it has drawn the
// rung's joules: start-ups, checkpoints and its share of the node included, as in the report. Its loss there
// is that report's.
//
// Resource has to be asked for, so each trial's joules per unit of resource are learnt from its own
// reports: its first segment is the smallest resource; from then on it asks for what the joules still missing
// come to at the rate of its last segment, rounded up to whole multiples of the smallest resource. The first
// rate includes the start-up, so it is too high and the trial asks for too little: it then keeps its
// accelerators and asks again. A trial that has the largest resource is complete: its loss stands for each
// higher rung, which it passes without training if it is promoted.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/search/rungs/bracket_plan.hpp"
#include "sim/search/rungs/multi_fidelity.hpp"
#include "sim/search/rungs/promotion_rungs.hpp"
#include "sim/search/strategy_makers.hpp"
#include "sim/search/trial_source.hpp"

namespace campaign_sim {

namespace {

class AshaJoules final : public Strategy {
 public:
  AshaJoules(TrialSource source, PromotionRungs rungs, std::int64_t eta, const SearchProblem& problem)
      : source_{std::move(source)},
        rungs_{std::move(rungs)},
        eta_{eta},
        smallest_{problem.min_resource},
        largest_{problem.max_resource} {}

  Proposal ask() override {
    while (const auto promotion = rungs_.promote()) {
      Trial& trial = trials_[index(promotion->trial)];
      trial.rung = promotion->rung;
      // What drew more than it was asked to is there already.
      if (arrived(trial)) {
        rungs_.record(promotion->trial, trial.rung, trial.loss);
        continue;
      }
      ++running_;
      return ResumeTrial{promotion->trial, next_resource(trial)};
    }
    if (auto start = source_.next(smallest_)) {
      trials_.emplace_back();
      ++running_;
      return std::move(*start);
    }
    if (running_ > 0) return WaitForReports{};
    return Finished{};
  }

  Verdict tell(const Report& report) override {
    source_.observe(report);
    Trial& trial = trials_[index(report.trial)];
    if (report.resource > trial.resource)
      trial.joules_per_unit = (report.energy.base() - trial.joules) / (report.resource - trial.resource);
    trial.joules = report.energy.base();
    trial.resource = report.resource;
    trial.loss = report.loss;
    const bool diverged = !std::isfinite(report.loss);
    if (!diverged && !arrived(trial)) return Continue{next_resource(trial)};
    --running_;
    rungs_.record(report.trial, trial.rung, trial.loss);
    source_.finish(report.trial);
    if (!diverged && trial.resource < largest_ && trial.rung < rungs_.top()) return Pause{};
    return Stop{};
  }

  std::optional<BracketPlan> brackets() const override {
    const auto trials = source_.remaining();
    return BracketPlan{
        .table = asynchronous_table(rungs_.levels(), trials, eta_),
        .eta = eta_,
        .trials = trials,
        .remark =
            "A rung is joules that a trial has drawn, as in its report; it draws a little more, up to the "
            "next "
            "whole multiple of the smallest resource. Trials are promoted while others still train, so the "
            "higher rungs are what they come to if no trial's rank changes.",
        .rung_unit = "joules"};
  }

 private:
  struct Trial {
    std::size_t rung = 0;  // where it trains to, or waits
    Resource resource = 0;
    double joules = 0;
    double joules_per_unit = 0;  // of its last segment
    double loss = 0;
  };

  bool arrived(const Trial& trial) const {
    return trial.joules >= rungs_.levels()[trial.rung] || trial.resource >= largest_;
  }

  Resource next_resource(const Trial& trial) const {
    // Without a rate (a machine that draws nothing) no amount of training reaches a rung.
    if (!(trial.joules_per_unit > 0)) return largest_;
    const double missing = (rungs_.levels()[trial.rung] - trial.joules) / trial.joules_per_unit;
    const Resource more = std::max(std::ceil(missing / smallest_), 1.0) * smallest_;
    return std::min(trial.resource + more, largest_);
  }

  TrialSource source_;
  PromotionRungs rungs_;
  std::int64_t eta_;
  Resource smallest_;
  Resource largest_;
  std::vector<Trial> trials_;
  std::size_t running_ = 0;
};

}  // namespace

std::unique_ptr<Strategy> make_asha_joules(Reader& search, const SearchProblem& problem) {
  constexpr std::int64_t usual_eta = 3;  // ASHA's: Li et al. 2020, section 4, use 4; Hyperband's is 3
  BracketProblem joules{search.quantity<Joules>("max_energy", more_than(0)).base(),
                        search.quantity<Joules>("min_energy", more_than(0)).base(),
                        search.integer_or("eta", usual_eta)};
  if (joules.eta < 2) {
    search.reject("eta", "eta must be at least 2 (a rung promotes the eta-th part of the one below)");
    joules.eta = 2;
  }
  if (search.ok() && joules.max_resource < joules.min_resource)
    search.reject("min_energy", "'min_energy' is more than 'max_energy': not even one rung fits; swap them");
  if (search.ok() && joules.max_resource / joules.min_resource > 1e12)
    search.reject("min_energy", "'max_energy' is more than 10^12 times 'min_energy'; make it larger");
  auto sampler = read_sampler(search, problem);
  if (!search.ok()) joules = {1, 1, 2};
  constexpr auto rule = PromotionRule::paper;
  return std::make_unique<AshaJoules>(
      TrialSource{std::move(sampler), problem},
      PromotionRungs{rule, promotion_levels(rule, joules.min_resource, joules.max_resource, joules.eta),
                     joules.eta},
      joules.eta, problem);
}

}  // namespace campaign_sim
