// What the strategies with rungs read from a scenario alike.
#pragma once

#include <string_view>

#include "sim/config/reader.hpp"
#include "sim/search/rungs/brackets.hpp"
#include "sim/search/strategy.hpp"

namespace campaign_sim {

// Reads `eta` and checks it and the resources. Where a mistake was reported, a harmless problem comes back.
BracketProblem read_bracket_problem(Reader& search, const SearchProblem& problem, BracketRule rule);

}  // namespace campaign_sim
