// How evolution makes a child from a parent, and the first members from nothing.
//
// one_field (Real et al., "Regularized evolution for image classifier architecture search", AAAI 2019):
// one active field, chosen uniformly among those with more than one value, gets another value, uniform
// among its other values.
// each_field (So et al., "The evolved transformer", ICML 2019): every active field independently, with
// probability `rate`, is drawn anew, uniform among all its values. A child may equal its parent: neither
// the paper's rule nor ours asks for a change.
//
// Ours, where the papers are silent: a field that the mutation makes active is drawn uniformly; reals and
// integers are uniform on their own scale (log or not); a child that breaks a constraint is drawn again,
// and after `most_mutations` tries is a copy of its parent.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/core/random.hpp"
#include "sim/core/space.hpp"
#include "sim/search/strategy.hpp"

namespace campaign_sim {

class Reader;

struct Mutation {
  enum class Kind : std::uint8_t { one_field, each_field } kind = Kind::one_field;
  double rate = 0;  // of each_field
};

inline constexpr std::uint64_t most_mutations = 1000;

// The first index of the draws that `mutate` looks up; lower ones are the caller's.
inline constexpr std::uint64_t first_mutation_draw = std::uint64_t{1} << 32;

Configuration mutate(const Space& space, const Configuration& parent, const Mutation& mutation,
                     const RandomStream& draws);

// What every evolution has in common: how many live, how many compete, how children are made.
struct Breeding {
  std::size_t population = 0;
  std::size_t tournament = 0;  // how many are sampled
  Mutation mutation;
  std::optional<Configuration> seed;  // the first members are its mutations; nothing: random

  // A first member, and a child.
  Configuration founder(const SearchProblem& problem, TrialId trial) const;
  Configuration child(const SearchProblem& problem, const Configuration& parent, TrialId trial) const;
};

// Reads population, tournament_size, mutation, mutation_rate and seeded; the arguments are the defaults.
Breeding read_breeding(Reader& search, const SearchProblem& problem, const Breeding& published);

// Rejects a space in which there is nothing to search: no parameter, or constants only.
void need_varying_space(Reader& search, const SearchProblem& problem);

}  // namespace campaign_sim
