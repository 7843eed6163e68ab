#include "sim/search/rungs/bracket_plan.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/expect.hpp"
#include "sim/search/strategy.hpp"

namespace campaign_sim {

std::optional<BracketPlan> Strategy::brackets() const { return std::nullopt; }

namespace {

// What is left of a bracket whose rungs each start new configurations, when there are no more than `limit`.
Bracket first_configurations(const Bracket& bracket, std::int64_t limit) {
  Bracket cut;
  for (const Rung& rung : bracket.rungs) {
    const std::int64_t size = std::min(rung.configurations, limit);
    if (size == 0) break;
    cut.rungs.push_back({size, rung.resource});
    limit -= size;
  }
  return cut;
}

std::int64_t jobs_of(const Bracket& bracket) {
  std::int64_t jobs = 0;
  for (const Rung& rung : bracket.rungs) jobs += rung.configurations;
  return jobs;
}

// One round that promotes, then rounds of which every rung starts new configurations.
std::vector<PlannedBracket> anew_after_the_first_round(const BracketPlan& plan) {
  std::vector<PlannedBracket> planned;
  std::int64_t left = plan.trials ? *plan.trials : plan.table.configurations();
  for (std::size_t i = 0; i < plan.table.brackets.size() && left > 0; ++i) {
    planned.push_back({i + 1, 1, plan.table.brackets[i]});
    // Promotions are as many as the rung has places for, as long as there is somebody to promote.
    std::int64_t most = left;
    for (Rung& rung : planned.back().bracket.rungs)
      most = rung.configurations = std::min(rung.configurations, most);
    left -= planned.back().bracket.rungs.front().configurations;
  }
  const std::int64_t round = plan.table.evaluations();
  const auto rounds = static_cast<std::uint64_t>(left / round);
  left %= round;
  std::optional<PlannedBracket> last;
  for (std::size_t i = 0; i < plan.table.brackets.size(); ++i) {
    const Bracket& bracket = plan.table.brackets[i];
    const bool again = left >= jobs_of(bracket);
    if (rounds > 0 || again) planned.push_back({i + 1, rounds + (again ? 1 : 0), bracket, true});
    if (!again && left > 0) last = PlannedBracket{i + 1, 1, first_configurations(bracket, left), true};
    left = again ? left - jobs_of(bracket) : 0;
  }
  if (last) planned.push_back(std::move(*last));
  return planned;
}

}  // namespace

std::vector<PlannedBracket> planned_brackets(const BracketPlan& plan) {
  CS_EXPECT(plan.table.configurations() > 0);
  if (plan.later_rounds_start_anew) return anew_after_the_first_round(plan);
  const auto round = static_cast<std::uint64_t>(plan.table.configurations());
  const std::uint64_t rounds = plan.trials ? *plan.trials / round : 1;
  std::int64_t left = plan.trials ? static_cast<std::int64_t>(*plan.trials % round) : 0;
  std::vector<PlannedBracket> planned;
  std::optional<PlannedBracket> last;
  for (std::size_t i = 0; i < plan.table.brackets.size(); ++i) {
    const Bracket& bracket = plan.table.brackets[i];
    const std::int64_t size = bracket.rungs.front().configurations;
    const bool again = left >= size;
    if (rounds > 0 || again) planned.push_back({i + 1, rounds + (again ? 1 : 0), bracket});
    if (!again && left > 0) last = PlannedBracket{i + 1, 1, bracket.cut_to(left, plan.eta)};
    left = again ? left - size : 0;
  }
  if (last) planned.push_back(std::move(*last));
  return planned;
}

BracketTable asynchronous_table(const std::vector<Resource>& levels, std::optional<std::uint32_t> trials,
                                std::int64_t eta) {
  std::int64_t configurations = trials.value_or(1);
  if (!trials)
    for (std::size_t i = 1; i < levels.size(); ++i) configurations *= eta;
  Bracket bracket;
  for (const Resource level : levels) {
    if (configurations == 0) break;
    bracket.rungs.push_back({configurations, level});
    configurations /= eta;
  }
  return {{std::move(bracket)}};
}

}  // namespace campaign_sim
