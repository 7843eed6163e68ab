// TPE: how many of the finished trials count as good, and how much each observation counts.
//
// Source: Optuna 4.9, default_gamma, hyperopt_default_gamma and default_weights; the second is the rule of
// hyperopt (Bergstra et al., "Making a science of model search", ICML 2013), whose weights Optuna shares.
#pragma once

#include <cstddef>
#include <vector>

namespace campaign_sim {

std::size_t optuna_good_trials(std::size_t finished);    // min(⌈n / 10⌉, 25)
std::size_t hyperopt_good_trials(std::size_t finished);  // min(⌈√n / 4⌉, 25)

// The weight of the k-th oldest of n observations: the newest 25 count fully, older ones less and less,
// down to 1/n.
double observation_weight(std::size_t k, std::size_t n);
std::vector<double> observation_weights(std::size_t n);

}  // namespace campaign_sim
