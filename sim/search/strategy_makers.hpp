// The makers of the strategies that are more than a sampler, one a line, for the table of strategies.
#pragma once

#include <memory>

#include "sim/search/strategy.hpp"

namespace campaign_sim {

class Reader;

std::unique_ptr<Strategy> make_regularized_evolution(Reader&, const SearchProblem&);
std::unique_ptr<Strategy> make_tournament_evolution(Reader&, const SearchProblem&);

}  // namespace campaign_sim
