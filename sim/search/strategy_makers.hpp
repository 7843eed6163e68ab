// The makers of the strategies that are more than a sampler, one a line, for the table of strategies.
#pragma once

#include <memory>

#include "sim/search/strategy.hpp"

namespace campaign_sim {

class Reader;

std::unique_ptr<Strategy> make_pbt(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_regularized_evolution(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_tournament_evolution(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_successive_halving(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_hyperband(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_asynchronous_hyperband(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_asha(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_asha_joules(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_pasha(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_bohb(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_dehb(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_differential_evolution(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_nsga2(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_asha_stopping(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_median_stopping(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_percentile(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_patient(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_threshold(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_wilcoxon(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_external(Reader&, const SearchProblem&);

}  // namespace campaign_sim
