// Asynchronous Hyperband: ASHA in each bracket of the paper's table (Li et al., MLSys 2020, section 3.2, on
// looping through the brackets of Hyperband). A free worker promotes where it can, the bracket with the most
// rungs first and in it the highest rung; else it starts a configuration in the bracket whose turn it is. A
// turn is as many configurations as the bracket has in the table; after the last bracket comes the first.
//
// The paper loops by budget; we deal out configurations by the table, which needs no knowledge of costs.
#include <cmath>
#include <utility>
#include <vector>

#include "sim/search/rungs/bracket_plan.hpp"
#include "sim/search/rungs/multi_fidelity.hpp"
#include "sim/search/rungs/promotion_rungs.hpp"
#include "sim/search/strategy_makers.hpp"
#include "sim/search/trial_source.hpp"

namespace campaign_sim {

namespace {

class AsynchronousHyperband final : public Strategy {
 public:
  AsynchronousHyperband(TrialSource source, const BracketTable& table, std::int64_t eta)
      : source_{std::move(source)}, table_{table}, eta_{eta} {
    for (const Bracket& bracket : table.brackets) {
      std::vector<Resource> levels;
      for (const Rung& rung : bracket.rungs) levels.push_back(rung.resource);
      brackets_.emplace_back(PromotionRule::paper, std::move(levels), eta);
      turns_.push_back(bracket.rungs.front().configurations);
    }
  }

  Proposal ask() override {
    for (auto& bracket : brackets_) {
      if (const auto promotion = bracket.promote()) {
        ++running_;
        places_[index(promotion->trial)].rung = promotion->rung;
        return ResumeTrial{promotion->trial, bracket.levels()[promotion->rung]};
      }
    }
    if (auto start = source_.next(brackets_[turn_].levels().front())) {
      ++running_;
      places_.push_back({turn_, 0});
      if (++dealt_ == turns_[turn_]) {
        dealt_ = 0;
        turn_ = (turn_ + 1) % brackets_.size();
      }
      return std::move(*start);
    }
    if (running_ > 0) return WaitForReports{};
    return Finished{};
  }

  Verdict tell(const Report& report) override {
    --running_;
    source_.observe(report);
    const auto [number, rung] = places_[index(report.trial)];
    auto& bracket = brackets_[number];
    bracket.record(report.trial, rung, report.loss);
    source_.finish(report.trial);
    if (rung < bracket.top() && std::isfinite(report.loss)) return Pause{};
    return Stop{};
  }

  std::optional<BracketPlan> brackets() const override {
    return BracketPlan{
        table_, eta_, source_.remaining(), true,
        "Trials are promoted while others still train, so the higher rungs are what they come to "
        "if no trial's rank changes; the order of the reports decides."};
  }

 private:
  struct Place {
    std::size_t bracket;
    std::size_t rung;
  };

  TrialSource source_;
  BracketTable table_;
  std::int64_t eta_;
  std::vector<PromotionRungs> brackets_;
  std::vector<std::int64_t> turns_;  // configurations a turn
  std::size_t turn_ = 0;
  std::int64_t dealt_ = 0;     // in this turn
  std::vector<Place> places_;  // by trial
  std::size_t running_ = 0;
};

}  // namespace

std::unique_ptr<Strategy> make_asynchronous_hyperband(Reader& search, const SearchProblem& problem) {
  const BracketProblem p = read_bracket_problem(search, problem, BracketRule::paper);
  return std::make_unique<AsynchronousHyperband>(TrialSource{read_sampler(search, problem), problem},
                                                 bracket_table(BracketRule::paper, p), p.eta);
}

}  // namespace campaign_sim
