// Synchronous Successive Halving and Hyperband as a strategy: a list of brackets, run in turn.
#pragma once

#include <memory>

#include "sim/search/rungs/brackets.hpp"
#include "sim/search/strategy.hpp"
#include "sim/search/trial_source.hpp"

namespace campaign_sim {

// What a free worker does while every open bracket waits for reports.
enum class BracketOrder : std::uint8_t {
  one_by_one,   // it waits: the paper's loop
  overlapping,  // it opens the next bracket: HpBandSter and most tools; the oldest bracket is asked first
};

// The paper's algorithm is one round of brackets. With a number of trials in the scenario they repeat until
// it is used up, and the last one starts with what is left. With another end, such as a budget of energy,
// they repeat until then, as HpBandSter's do for so many iterations. Without either they run once.
std::unique_ptr<Strategy> run_brackets(TrialSource source, BracketTable table, std::int64_t eta,
                                       BracketOrder order, bool ends_anyway);

}  // namespace campaign_sim
