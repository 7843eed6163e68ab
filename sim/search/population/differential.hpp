// How differential evolution makes a child: rand/1/bin of Storn & Price, "Differential evolution - a simple
// and efficient heuristic for global optimization over continuous spaces", J. Global Optimization 11, 1997.
//
// A mutant a + F (b - c) and the target mix: each gene is the mutant's with probability CR, and one gene,
// drawn uniformly, always is. The paper has no bounds; here, as in DEHB, a gene outside the unit interval is
// drawn anew.
#pragma once

#include <array>
#include <span>

#include "sim/search/population/genome.hpp"

namespace campaign_sim {

struct DifferentialRule {
  double mutation_factor;  // F
  double crossover_rate;   // CR
};

Genome differential_child(const Genome& target, const std::array<const Genome*, 3>& donors,
                          const DifferentialRule& rule, Draws& draws);

// Three different positions of 0 … pool - 1, none of them `other_than` (if that is one). Enough must be left.
std::array<std::size_t, 3> three_of(std::size_t pool, std::size_t other_than, Draws& draws);

}  // namespace campaign_sim
