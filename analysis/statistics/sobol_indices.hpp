// How much of an output's variance each input is to blame for, when all vary at once.
//
// First order: alone; total: with all that it does together with others. Estimators of Saltelli et al.,
// Computer Physics Communications 181, 2010, table 2, (b) and (f) (the latter is Jansen's, 1999). Both are
// noisy: at N samples the error is of the order of 1 / sqrt(N), so that small indices come out a little
// negative. The inputs are taken to be independent and uniform over their ranges.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace campaign_sim::statistics {

// Points in the unit cube: two independent Latin hypercubes A and B of n points, and for each input the A
// with that input's column from B: n * (inputs + 2) points in all, in that order.
std::vector<std::vector<double>> sobol_design(std::size_t inputs, std::size_t n, std::uint64_t seed);

struct SobolIndex {
  double first_order = 0;
  double total = 0;
};

// `outputs` of the design's points, in its order. Both indices are NaN if the output never varies.
std::vector<SobolIndex> sobol_indices(std::span<const double> outputs, std::size_t inputs);

}  // namespace campaign_sim::statistics
