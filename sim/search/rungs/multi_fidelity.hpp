// What the strategies with rungs read from a scenario alike.
#pragma once

#include <string>

#include "sim/config/reader.hpp"
#include "sim/search/rungs/brackets.hpp"
#include "sim/search/rungs/synchronous_halving.hpp"
#include "sim/search/strategy.hpp"

namespace campaign_sim {

// Reads `eta` and checks it and the resources. Where a mistake was reported, a harmless problem comes back.
BracketProblem read_bracket_problem(Reader& search, const SearchProblem& problem, BracketRule rule);

// Reads `variant`, `brackets` and `eta` of Hyperband. The paper's brackets run one by one, a tool's overlap,
// unless `brackets` says otherwise.
struct HyperbandBrackets {
  BracketTable table;
  std::int64_t eta;
  BracketOrder order;
};
HyperbandBrackets read_hyperband(Reader& search, const SearchProblem& problem, BracketRule usual);

// Reports a mistake in `resource.min` or `resource.max`, whichever is to blame and written.
void reject_resource(Reader& search, BracketObstacle::Number number, std::string message);

// Reads `report_every`, the resource between two points of a learning curve; the smallest resource by
// default.
Resource read_report_every(Reader& search, const SearchProblem& problem);

}  // namespace campaign_sim
