// Points of the unit cube as genes: what evolutions that reckon with numbers keep of a configuration.
//
// A gene that its configuration does not use (a condition does not hold) is kept, so that it is there when
// the condition holds again; without a value of its own it is 0.5.
#pragma once

#include <optional>
#include <vector>

#include "sim/core/space.hpp"
#include "sim/search/samplers/draws.hpp"
#include "sim/search/strategy.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

using Genome = std::vector<double>;

struct Individual {
  Genome genome;
  Configuration configuration;
};

// The random configuration with the trial's number.
Individual random_individual(const SearchProblem& problem, TrialId trial);

// The configuration of a genome; nothing if a constraint forbids it.
std::optional<Individual> allowed_individual(const Space& space, Genome genome);

// The first allowed one of the genomes that `make` draws; after too many, a random individual.
template <class Make>
Individual first_allowed(const SearchProblem& problem, TrialId trial, Make make) {
  Draws draws{problem.seed, trial};
  for (int attempt = 0; attempt < most_model_redraws; ++attempt)
    if (auto individual = allowed_individual(problem.space, make(draws))) return std::move(*individual);
  return random_individual(problem, trial);
}

}  // namespace campaign_sim
