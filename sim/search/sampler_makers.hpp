// The makers of the samplers, one a line: for the table of samplers and, since every sampler is also a
// strategy, for the table of strategies.
#pragma once

#include <memory>
#include <string_view>

#include "sim/search/sampler.hpp"

namespace campaign_sim {

std::unique_ptr<Sampler> make_random(Reader&, const SearchProblem&);  // random.cpp
std::unique_ptr<Sampler> make_grid(Reader&, const SearchProblem&);    // grid.cpp
std::unique_ptr<Sampler> make_replay(Reader&, const SearchProblem&);  // replay.cpp
std::unique_ptr<Sampler> make_sobol(Reader&, const SearchProblem&);
std::unique_ptr<Sampler> make_halton(Reader&, const SearchProblem&);
std::unique_ptr<Sampler> make_latin_hypercube(Reader&, const SearchProblem&);
std::unique_ptr<Sampler> make_tpe(Reader&, const SearchProblem&);
std::unique_ptr<Sampler> make_gp(Reader&, const SearchProblem&);
std::unique_ptr<Sampler> make_cmaes(Reader&, const SearchProblem&);
std::unique_ptr<Sampler> make_bohb_sampler(Reader&, const SearchProblem&);

// The key that names the rule: what a rule asks of the space in vain is said there.
std::string_view rule_key(const Reader& section);

// Says so where there is nothing to search: only random search and a recorded list do without parameters.
void need_parameters(Reader& section, const SearchProblem& problem);

}  // namespace campaign_sim
