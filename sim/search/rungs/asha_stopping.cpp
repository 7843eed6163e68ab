// ASHA, stopping type: a trial goes on or stops at each rung and is never paused. The rules and their
// sources: stopping_rungs.hpp. The paper has no such type, so the default is Syne Tune's, which named it.
#include <string>
#include <utility>

#include "sim/config/reader.hpp"
#include "sim/search/rungs/bracket_plan.hpp"
#include "sim/search/rungs/multi_fidelity.hpp"
#include "sim/search/rungs/stopping_rungs.hpp"
#include "sim/search/strategy_makers.hpp"
#include "sim/search/trial_source.hpp"

namespace campaign_sim {

namespace {

class AshaStopping final : public Strategy {
 public:
  AshaStopping(TrialSource source, StoppingRungs rungs, Resource max_resource, std::int64_t eta)
      : source_{std::move(source)}, rungs_{std::move(rungs)}, max_resource_{max_resource}, eta_{eta} {}

  Proposal ask() override {
    auto start = source_.next(level(0));
    if (!start) return Finished{};
    rung_.push_back(0);
    return std::move(*start);
  }

  Verdict tell(const Report& report) override {
    source_.observe(report);
    std::size_t& rung = rung_[index(report.trial)];
    if (rung < rungs_.levels().size() && rungs_.report(rung, report.loss) == RungDecision::go_on)
      return Continue{level(++rung)};
    source_.finish(report.trial);
    return Stop{};
  }

  std::optional<BracketPlan> brackets() const override {
    std::vector<Resource> levels = rungs_.levels();
    levels.push_back(max_resource_);
    const auto trials = source_.remaining();
    return BracketPlan{
        asynchronous_table(levels, trials, eta_), eta_, trials, false,
        "A trial goes on or stops when it comes to a rung, so the first ones to come go far on "
        "little evidence: more go on than these, which are what the last word would leave."};
  }

 private:
  Resource level(std::size_t rung) const {
    return rung < rungs_.levels().size() ? rungs_.levels()[rung] : max_resource_;
  }

  TrialSource source_;
  StoppingRungs rungs_;
  Resource max_resource_;
  std::int64_t eta_;
  std::vector<std::size_t> rung_;  // where each trial trains to
};

}  // namespace

std::unique_ptr<Strategy> make_asha_stopping(Reader& search, const SearchProblem& problem) {
  constexpr std::string_view variants[] = {"syne_tune_0.13", "syne_tune_0.15", "ray", "optuna"};
  const std::string variant = search.one_of_or("variant", "syne_tune_0.13", variants);
  const auto rule = variant == "syne_tune_0.15" ? StoppingRule::syne_tune_0_15
                    : variant == "ray"          ? StoppingRule::ray
                    : variant == "optuna"       ? StoppingRule::optuna
                                                : StoppingRule::syne_tune_0_13;
  const BracketProblem p = read_bracket_problem(search, problem, BracketRule::paper);
  return std::make_unique<AshaStopping>(TrialSource{read_sampler(search, problem), problem},
                                        StoppingRungs{rule, p.min_resource, p.max_resource, p.eta},
                                        p.max_resource, p.eta);
}

}  // namespace campaign_sim
