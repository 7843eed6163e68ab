// BOHB: Falkner, Klein & Hutter, "BOHB: robust and efficient hyperparameter optimization at scale", ICML
// 2018: Hyperband whose configurations come from kernel densities (bohb_sampler.cpp). Brackets are
// HpBandSter's, the authors' program, unless `variant:` names others, and they overlap as there: a free
// worker opens the next.
#include <string>
#include <utility>

#include "sim/config/reader.hpp"
#include "sim/search/rungs/multi_fidelity.hpp"
#include "sim/search/rungs/synchronous_halving.hpp"
#include "sim/search/sampler_makers.hpp"
#include "sim/search/strategy_makers.hpp"

namespace campaign_sim {

std::unique_ptr<Strategy> make_bohb(Reader& search, const SearchProblem& problem) {
  std::vector<std::string_view> variants;
  for (const auto& [name, rule] : bracket_rules()) variants.push_back(name);
  const auto rule = find_bracket_rule(search.one_of_or("variant", "hpbandster", variants))
                        .value_or(BracketRule::hpbandster);
  constexpr std::string_view orders[] = {"one_by_one", "overlapping"};
  const bool overlap = search.one_of_or("brackets", "overlapping", orders) == "overlapping";
  need_parameters(search, problem);
  const BracketProblem p = read_bracket_problem(search, problem, rule);
  const auto usable = bracket_obstacle(rule, p) ? BracketRule::paper : rule;
  return run_brackets(TrialSource{make_bohb_sampler(search, problem), problem}, bracket_table(usable, p),
                      p.eta, overlap ? BracketOrder::overlapping : BracketOrder::one_by_one,
                      problem.ends_anyway);
}

}  // namespace campaign_sim
