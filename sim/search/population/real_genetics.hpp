// The two operators of real-coded genetic algorithms, on the unit cube, within its bounds.
//
// Simulated binary crossover: Deb & Agrawal, "Simulated binary crossover for continuous search space",
// Complex Systems 9, 1995; polynomial mutation: Deb & Goyal 1996; both in the form with bounds that Deb's
// program NSGA-II 1.1.6 has. Unordered choices have no distance: their crossover swaps, their mutation draws
// uniformly.
#pragma once

#include "sim/core/space.hpp"
#include "sim/search/population/genome.hpp"

namespace campaign_sim {

struct GeneticRule {
  double crossover_rate;   // of a pair; each of its genes then takes part with probability one half
  double crossover_index;  // eta_c: the larger, the nearer to the parents
  double mutation_rate;    // of a gene
  double mutation_index;   // eta_m
};

// Two genes of a pair after crossover, for a uniform draw 0 <= u < 1; the smaller first.
struct GenePair {
  double low;
  double high;
};
GenePair simulated_binary_crossover(double a, double b, double index, double u);
double polynomial_mutation(double gene, double index, double u);

// Makes two children of two parents.
void cross_over(const Space& space, Genome& a, Genome& b, const GeneticRule& rule, Draws& draws);
void mutate_genes(const Space& space, Genome& genome, const GeneticRule& rule, Draws& draws);

}  // namespace campaign_sim
