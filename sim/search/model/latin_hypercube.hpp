// Latin hypercube design: of n points, each of the n equal strata of every dimension holds exactly one.
// Rule: McKay, Beckman and Conover, Technometrics 21 (1979): independent random permutations, the place
// within a stratum uniform.
#pragma once

#include <cstdint>
#include <vector>

namespace campaign_sim {

// The design number `design` of a seed.
std::vector<std::vector<double>> latin_hypercube(std::size_t points, std::size_t dimensions,
                                                 std::uint64_t seed, std::uint64_t design = 0);

}  // namespace campaign_sim
