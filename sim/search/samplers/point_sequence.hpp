// A sampler that follows a sequence of points in the unit cube and heeds no loss.
#pragma once

#include <functional>
#include <memory>

#include "sim/search/sampler.hpp"

namespace campaign_sim {

// The k-th point; nothing when the sequence is at its end.
using PointSequence = std::function<std::optional<std::vector<double>>(std::uint64_t k)>;

// Points whose configurations break a constraint of the space are passed over.
std::unique_ptr<Sampler> follow(PointSequence sequence, const SearchProblem& problem);

}  // namespace campaign_sim
