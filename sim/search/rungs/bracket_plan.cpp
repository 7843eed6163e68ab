#include "sim/search/rungs/bracket_plan.hpp"

#include <algorithm>

#include "sim/core/expect.hpp"
#include "sim/search/strategy.hpp"

namespace campaign_sim {

std::optional<BracketPlan> Strategy::brackets() const { return std::nullopt; }

std::vector<PlannedBracket> planned_brackets(const BracketPlan& plan) {
  CS_EXPECT(plan.table.configurations() > 0);
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
