// Hyperband, synchronous: Li et al., JMLR 18-185, 2018, algorithm 1, or the table of a tool (brackets.hpp).
// The paper's brackets run one by one, a tool's overlap; `brackets:` says otherwise. Only the table is the
// tool's: promotion is that of synchronous_bracket.hpp.
#include <string>
#include <utility>

#include "sim/config/reader.hpp"
#include "sim/search/rungs/multi_fidelity.hpp"
#include "sim/search/rungs/synchronous_halving.hpp"
#include "sim/search/strategy_makers.hpp"

namespace campaign_sim {

std::unique_ptr<Strategy> make_hyperband(Reader& search, const SearchProblem& problem) {
  std::vector<std::string_view> variants;
  for (const auto& [name, rule] : bracket_rules()) variants.push_back(name);
  const auto rule =
      find_bracket_rule(search.one_of_or("variant", "paper", variants)).value_or(BracketRule::paper);
  constexpr std::string_view orders[] = {"one_by_one", "overlapping"};
  const auto usual = rule == BracketRule::paper ? orders[0] : orders[1];
  const bool overlap = search.one_of_or("brackets", usual, orders) == "overlapping";
  const BracketProblem p = read_bracket_problem(search, problem, rule);
  const auto usable = bracket_obstacle(rule, p) ? BracketRule::paper : rule;
  return run_brackets(TrialSource{read_sampler(search, problem), problem}, bracket_table(usable, p), p.eta,
                      overlap ? BracketOrder::overlapping : BracketOrder::one_by_one, problem.ends_anyway);
}

}  // namespace campaign_sim
