// BOHB: Falkner, Klein & Hutter, "BOHB: robust and efficient hyperparameter optimization at scale", ICML
// 2018: Hyperband whose configurations come from kernel densities (bohb_sampler.cpp). Brackets are
// HpBandSter's, the authors' program, unless `variant:` names others, and they overlap as there: a free
// worker opens the next.
#include <utility>

#include "sim/config/reader.hpp"
#include "sim/search/rungs/multi_fidelity.hpp"
#include "sim/search/rungs/synchronous_halving.hpp"
#include "sim/search/sampler_makers.hpp"
#include "sim/search/strategy_makers.hpp"

namespace campaign_sim {

std::unique_ptr<Strategy> make_bohb(Reader& search, const SearchProblem& problem) {
  need_parameters(search, problem);
  auto [table, eta, order] = read_hyperband(search, problem, BracketRule::hpbandster);
  return run_brackets(TrialSource{make_bohb_sampler(search, problem), problem}, std::move(table), eta, order,
                      problem.ends_anyway);
}

}  // namespace campaign_sim
