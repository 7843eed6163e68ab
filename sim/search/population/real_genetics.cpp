#include "sim/search/population/real_genetics.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace campaign_sim {

namespace {

// How far the children spread, as a multiple of the parents' distance, when the nearer bound is `room` away.
double spread(double room, double distance, double index, double u) {
  const double alpha = 2 - std::pow(1 + 2 * room / distance, -(index + 1));
  const double base = u <= 1 / alpha ? u * alpha : 1 / (2 - u * alpha);
  return std::pow(base, 1 / (index + 1));
}

}  // namespace

GenePair simulated_binary_crossover(double a, double b, double index, double u) {
  const auto [low, high] = std::minmax(a, b);
  const double distance = high - low;
  if (!(distance > 0)) return {low, high};
  const double middle = (low + high) / 2;
  return {std::clamp(middle - spread(low, distance, index, u) * distance / 2, 0.0, 1.0),
          std::clamp(middle + spread(1 - high, distance, index, u) * distance / 2, 0.0, 1.0)};
}

double polynomial_mutation(double gene, double index, double u) {
  const double power = index + 1;
  double change = 0;
  if (u <= 0.5)
    change = std::pow(2 * u + (1 - 2 * u) * std::pow(1 - gene, power), 1 / power) - 1;
  else
    change = 1 - std::pow(2 * (1 - u) + (2 * u - 1) * std::pow(gene, power), 1 / power);
  return std::clamp(gene + change, 0.0, 1.0);
}

void cross_over(const Space& space, Genome& a, Genome& b, const GeneticRule& rule, Draws& draws) {
  if (draws.uniform() >= rule.crossover_rate) return;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const bool takes_part = draws.uniform() < 0.5;
    const double u = draws.uniform();
    const bool swapped = draws.uniform() < 0.5;
    if (!takes_part) continue;
    if (space.parameters[i].kind != ParameterKind::categorical) {
      const auto [low, high] = simulated_binary_crossover(a[i], b[i], rule.crossover_index, u);
      a[i] = low;
      b[i] = high;
    }
    if (swapped) std::swap(a[i], b[i]);
  }
}

void mutate_genes(const Space& space, Genome& genome, const GeneticRule& rule, Draws& draws) {
  for (std::size_t i = 0; i < genome.size(); ++i) {
    const bool mutates = draws.uniform() < rule.mutation_rate;
    const double u = draws.uniform();
    if (!mutates) continue;
    const bool unordered = space.parameters[i].kind == ParameterKind::categorical;
    genome[i] = unordered ? u : polynomial_mutation(genome[i], rule.mutation_index, u);
  }
}

}  // namespace campaign_sim
