// Hyperband, synchronous: Li et al., JMLR 18-185, 2018, algorithm 1, or the table of a tool (brackets.hpp).
// The paper's brackets run one by one, a tool's overlap; `brackets:` says otherwise. Only the table is the
// tool's: promotion is that of synchronous_bracket.hpp.
#include <utility>

#include "sim/config/reader.hpp"
#include "sim/search/rungs/multi_fidelity.hpp"
#include "sim/search/rungs/synchronous_halving.hpp"
#include "sim/search/strategy_makers.hpp"

namespace campaign_sim {

std::unique_ptr<Strategy> make_hyperband(Reader& search, const SearchProblem& problem) {
  auto [table, eta, order] = read_hyperband(search, problem, BracketRule::paper);
  return run_brackets(TrialSource{read_sampler(search, problem), problem}, std::move(table), eta, order,
                      problem.ends_anyway);
}

}  // namespace campaign_sim
