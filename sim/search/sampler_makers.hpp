// The makers of the samplers, one a line: for the table of samplers and, since every sampler is also a
// strategy, for the table of strategies.
#pragma once

#include <memory>

#include "sim/search/sampler.hpp"

namespace campaign_sim {

std::unique_ptr<Sampler> make_random(Reader&, const SearchProblem&);  // random.cpp
std::unique_ptr<Sampler> make_grid(Reader&, const SearchProblem&);    // grid.cpp
std::unique_ptr<Sampler> make_replay(Reader&, const SearchProblem&);  // replay.cpp

}  // namespace campaign_sim
