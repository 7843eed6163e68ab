// The decision rules of population based training with truncation selection (Jaderberg et al., "Population
// based training of neural networks", arXiv:1711.09846, 2017), apart from what is trained: who copies from
// whom, and how a copied value changes. Syne Tune 0.13 and Ray Tune differ in how a perturbed value is
// brought back to the space.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sim/core/space.hpp"

namespace campaign_sim {

// The worst and the best of a population by position, each in the order from worse to better.
struct Quantiles {
  std::vector<std::size_t> bottom;
  std::vector<std::size_t> top;
};

// `ceil(n · fraction)` of each, at most half of the population; nobody in a population of one. Lower losses
// are better; among equal losses the later position counts as the better one, as in a stable sort.
Quantiles quantiles(std::span<const double> losses, double fraction);

// A number times a factor, within the range; integers are rounded, half to even (Syne Tune's rule).
double perturb_clipped(double value, double factor, double low, double high, bool integer);
// A number times a factor, wherever that is; integers are cut off (Ray's rule).
double perturb_unclipped(double value, double factor, bool integer);
// The neighbour of a choice, `shift` places on, at most the first or last (Ray's rule).
std::size_t shift_choice(std::size_t choice, int shift, std::size_t choices);

}  // namespace campaign_sim
