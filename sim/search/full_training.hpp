// The strategy of a sampler alone: train every configuration to the largest resource, in one segment.
#pragma once

#include <memory>

#include "sim/search/sampler.hpp"

namespace campaign_sim {

// Starts new trials until the sampler has none left or `problem.trials` is reached.
std::unique_ptr<Strategy> train_all(std::unique_ptr<Sampler> sampler, const SearchProblem& problem);

}  // namespace campaign_sim
