// Any sampler with any pruner, as a strategy: train each configuration and stop it when the rule says so.
#pragma once

#include <memory>

#include "sim/config/reader.hpp"
#include "sim/search/pruning/pruners.hpp"
#include "sim/search/strategy.hpp"
#include "sim/search/trial_source.hpp"

namespace campaign_sim {

// A trial reports every `report_every` of resource and at the largest. Where the rule cannot decide there is
// no boundary: the losses in between are read from the learning curve. A diverged trial stops.
std::unique_ptr<Strategy> train_with_pruner(TrialSource source, std::unique_ptr<Pruner> pruner,
                                            Resource report_every, Resource max_resource);

// Reads `report_every` and `sampler`, and puts the strategy together.
std::unique_ptr<Strategy> read_pruned_training(Reader& search, const SearchProblem& problem,
                                               std::unique_ptr<Pruner> pruner);

}  // namespace campaign_sim
