#include "sim/search/rungs/synchronous_halving.hpp"

#include <map>
#include <utility>
#include <vector>

#include "sim/core/expect.hpp"
#include "sim/search/rungs/bracket_plan.hpp"
#include "sim/search/rungs/synchronous_bracket.hpp"

namespace campaign_sim {

namespace {

class SynchronousHalving final : public Strategy {
 public:
  SynchronousHalving(TrialSource source, BracketTable table, std::int64_t eta, BracketOrder order,
                     bool ends_anyway)
      : source_{std::move(source)},
        table_{std::move(table)},
        eta_{eta},
        order_{order},
        repeats_{!source_.remaining() && ends_anyway} {
    CS_EXPECT(!table_.brackets.empty());
  }

  Proposal ask() override {
    for (;;) {
      for (auto& [number, bracket] : open_) {
        while (const auto job = bracket.next()) {
          if (auto proposal = start(number, bracket, *job)) return std::move(*proposal);
        }
      }
      std::erase_if(open_, [](const auto& entry) { return entry.second.done(); });
      const bool may_open = open_.empty() || order_ == BracketOrder::overlapping;
      if (!may_open || !open_next()) break;
    }
    if (running_ > 0) return WaitForReports{};
    return Finished{};
  }

  Verdict tell(const Report& report) override {
    --running_;
    source_.observe(report);
    source_.finish(report.trial);
    const auto bracket = open_.find(bracket_of_[index(report.trial)]);
    CS_EXPECT(bracket != open_.end());
    const bool stays = bracket->second.report(report.trial, report.loss);
    if (bracket->second.done()) open_.erase(bracket);
    if (stays) return Pause{};
    return Stop{};
  }

  std::optional<BracketPlan> brackets() const override {
    return BracketPlan{.table = table_, .eta = eta_, .trials = source_.remaining(), .repeats = repeats_};
  }

 private:
  // Nothing: the sampler has no more, and the bracket's first rung was closed.
  std::optional<Proposal> start(std::size_t number, SynchronousBracket& bracket,
                                const SynchronousBracket::Job& job) {
    Proposal proposal;
    if (job.trial) {
      bracket.start(*job.trial);
      proposal = ResumeTrial{*job.trial, job.until};
    } else if (auto trial = source_.next(job.until)) {
      bracket.start(trial->trial);
      bracket_of_.push_back(number);
      proposal = std::move(*trial);
    } else {
      bracket.close(eta_);
      return std::nullopt;
    }
    ++running_;
    return proposal;
  }

  bool open_next() {
    const auto remaining = source_.remaining();
    const bool one_round = !remaining && !repeats_;
    if (remaining == 0u || (one_round && opened_ == table_.brackets.size())) return false;
    const Bracket& plan = table_.brackets[opened_ % table_.brackets.size()];
    open_.emplace(opened_++, SynchronousBracket{remaining ? plan.cut_to(*remaining, eta_) : plan});
    return true;
  }

  TrialSource source_;
  BracketTable table_;
  std::int64_t eta_;
  BracketOrder order_;
  bool repeats_;                                    // without a number of trials
  std::map<std::size_t, SynchronousBracket> open_;  // by number: the oldest first
  std::size_t opened_ = 0;
  std::vector<std::size_t> bracket_of_;  // by trial
  std::size_t running_ = 0;
};

}  // namespace

std::unique_ptr<Strategy> run_brackets(TrialSource source, BracketTable table, std::int64_t eta,
                                       BracketOrder order, bool ends_anyway) {
  return std::make_unique<SynchronousHalving>(std::move(source), std::move(table), eta, order, ends_anyway);
}

}  // namespace campaign_sim
