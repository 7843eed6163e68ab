// How a parameter of the search space looks to a Parzen estimator.
#pragma once

#include "sim/core/space.hpp"
#include "sim/search/model/parzen.hpp"

namespace campaign_sim {

// Ordered choices are a grid of their indices. Optuna 3.1 takes integers on a logarithm for continuous.
ParzenAxis axis_of(const Parameter& parameter, ParzenRule rule = ParzenRule::optuna_4_9);
Place place_of(const Parameter& parameter, double value);
// The value at a place that an estimator drew.
double value_of(const Parameter& parameter, double at);

}  // namespace campaign_sim
