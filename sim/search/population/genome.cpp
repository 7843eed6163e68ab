#include "sim/search/population/genome.hpp"

#include <cmath>

namespace campaign_sim {

Individual random_individual(const SearchProblem& problem, TrialId trial) {
  Individual individual;
  individual.configuration = random_configuration(problem.space, problem.seed, index(trial));
  individual.genome = to_unit(problem.space, individual.configuration);
  for (double& gene : individual.genome)
    if (std::isnan(gene)) gene = 0.5;
  return individual;
}

std::optional<Individual> allowed_individual(const Space& space, Genome genome) {
  Individual individual{std::move(genome), {}};
  individual.configuration = from_unit(space, individual.genome);
  if (!space.allows(individual.configuration)) return std::nullopt;
  return individual;
}

}  // namespace campaign_sim
