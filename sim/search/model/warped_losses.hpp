// Losses as a Gaussian process can use them: outliers drawn in, differences among the best widened, failures
// given a number. After Song et al., "The Vizier Gaussian Process Bandit Algorithm", arXiv:2408.11527, 2024,
// section 3.3, and open-source Vizier's output_warpers.py for the details, in its order:
//
// 1. half rank: a loss above the median becomes the normal quantile of its rank, with the spread of the
//    better half, which stays as it is;
// 2. logarithm: t from 0 (best) to 1 (worst) becomes log(1 + t/2) / log 1.5 - 1/2;
// 3. what failed or diverged is worse than the worst by half of the range and 1.
//
// A training that diverges to 10^19 would otherwise be all that a standardised loss shows.
#pragma once

#include <span>
#include <vector>

namespace campaign_sim {

// Every result is finite. Equal losses alone become 0.
std::vector<double> warped_losses(std::span<const double> losses);

// As they are, only that what failed or diverged is as bad as the worst other; 0 where there is no other.
std::vector<double> finite_losses(std::span<const double> losses);

}  // namespace campaign_sim
