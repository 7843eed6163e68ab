// ASHA, promotion type: whenever a worker is free, promote whoever may be, else start a new configuration.
// The rules and their sources: promotion_rungs.hpp. When the scenario's trials have all started, promotions
// go on until nothing is left to promote; with `after_last_trial: stop` (Syne Tune's tuner) what runs then is
// the end.
//
// NePS promotes trials that still train. Here such a trial goes on to the next rung when it reports, without
// giving its accelerators back.
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "sim/config/reader.hpp"
#include "sim/search/rungs/bracket_plan.hpp"
#include "sim/search/rungs/multi_fidelity.hpp"
#include "sim/search/rungs/promotion_rungs.hpp"
#include "sim/search/strategy_makers.hpp"
#include "sim/search/trial_source.hpp"

namespace campaign_sim {

namespace {

enum class AfterLastTrial : std::uint8_t { promote, stop };

class Asha final : public Strategy {
 public:
  Asha(TrialSource source, PromotionRungs rungs, std::int64_t eta, AfterLastTrial after)
      : source_{std::move(source)}, rungs_{std::move(rungs)}, eta_{eta}, after_{after} {}

  Proposal ask() override {
    if (after_ == AfterLastTrial::stop && source_.exhausted()) return Finished{};
    while (const auto promotion = rungs_.promote()) {
      const std::uint32_t trial = index(promotion->trial);
      if (training_[trial]) {
        promised_[promotion->trial] = promotion->rung;
        continue;
      }
      training_[trial] = true;
      ++running_;
      rung_[trial] = promotion->rung;
      return ResumeTrial{promotion->trial, rungs_.levels()[promotion->rung]};
    }
    if (auto start = source_.next(rungs_.levels().front())) {
      rungs_.enter(start->trial, 0);
      rung_.push_back(0);
      training_.push_back(true);
      ++running_;
      return std::move(*start);
    }
    if (running_ > 0) return WaitForReports{};
    return Finished{};
  }

  Verdict tell(const Report& report) override {
    const std::uint32_t trial = index(report.trial);
    source_.observe(report);
    rungs_.record(report.trial, rung_[trial], report.loss);
    const bool ends = rung_[trial] == rungs_.top() || !std::isfinite(report.loss);
    if (const auto promised = promised_.find(report.trial); promised != promised_.end()) {
      if (!ends) {
        if (++rung_[trial] == promised->second) promised_.erase(promised);
        return Continue{rungs_.levels()[rung_[trial]]};
      }
      // It will not come to the rungs that wait for it.
      for (std::size_t rung = rung_[trial] + 1; rung <= promised->second; ++rung)
        rungs_.record(report.trial, rung, std::numeric_limits<double>::quiet_NaN());
      promised_.erase(promised);
    }
    training_[trial] = false;
    --running_;
    source_.finish(report.trial);
    if (!ends) return Pause{};
    return Stop{};
  }

  std::optional<BracketPlan> brackets() const override {
    const auto trials = source_.remaining();
    return BracketPlan{
        asynchronous_table(rungs_.levels(), trials, eta_), eta_, trials, true,
        "Trials are promoted while others still train, so the higher rungs are what they come to "
        "if no trial's rank changes; the order of the reports decides."};
  }

 private:
  TrialSource source_;
  PromotionRungs rungs_;
  std::int64_t eta_;
  AfterLastTrial after_;
  std::vector<std::size_t> rung_;  // where each trial trains to, or waits
  std::vector<bool> training_;
  std::map<TrialId, std::size_t> promised_;  // the rung of those promoted while they train
  std::size_t running_ = 0;
};

}  // namespace

std::unique_ptr<Strategy> make_asha(Reader& search, const SearchProblem& problem) {
  constexpr std::string_view variants[] = {"paper", "syne_tune", "neps"};
  constexpr std::string_view afters[] = {"promote", "stop"};
  const std::string variant = search.one_of_or("variant", "paper", variants);
  const auto rule = variant == "syne_tune" ? PromotionRule::syne_tune
                    : variant == "neps"    ? PromotionRule::neps
                                           : PromotionRule::paper;
  const bool stop = search.one_of_or("after_last_trial", "promote", afters) == "stop";
  const BracketProblem p = read_bracket_problem(search, problem, BracketRule::paper);
  return std::make_unique<Asha>(
      TrialSource{read_sampler(search, problem), problem},
      PromotionRungs{rule, promotion_levels(rule, p.min_resource, p.max_resource, p.eta), p.eta}, p.eta,
      stop ? AfterLastTrial::stop : AfterLastTrial::promote);
}

}  // namespace campaign_sim
