// Hyperband's brackets as the tools compute them, rounding included: where a tool's floating point loses a
// rung, so does its rule.
#pragma once

#include <vector>

#include "sim/search/rungs/brackets.hpp"

namespace campaign_sim {

// How many brackets a tool has.
int tool_bracket_count(BracketRule rule, const BracketProblem& problem);
// The one with s halvings: s counts down from one less than `brackets`. Empty where the tool has none.
Bracket tool_bracket(BracketRule rule, const BracketProblem& problem, int brackets, int s);

// Optuna 4.9's HyperbandPruner has no rungs of its own: each bracket is an asynchronous Successive Halving
// from `first_rung` on, and a trial falls into it with a chance in proportion to `allocation`.
struct OptunaBracket {
  std::int64_t allocation;
  Resource first_rung;
};
std::vector<OptunaBracket> optuna_brackets(const BracketProblem& problem);

}  // namespace campaign_sim
