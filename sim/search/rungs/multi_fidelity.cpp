#include "sim/search/rungs/multi_fidelity.hpp"

#include <string>

namespace campaign_sim {

BracketProblem read_bracket_problem(Reader& search, const SearchProblem& problem, BracketRule rule) {
  constexpr std::int64_t paper_eta = 3;  // Li et al., JMLR 18-185, 2018, section 3.6: 3 or 4
  const BracketProblem read{problem.max_resource, problem.min_resource, search.integer_or("eta", paper_eta)};
  const auto obstacle = bracket_obstacle(rule, read);
  if (!obstacle) return read;
  const bool about_eta = read.eta < 2;
  search.reject(about_eta ? "eta" : (search.has("resource") ? "resource" : ""), std::string{*obstacle});
  return {1, 1, 2};
}

}  // namespace campaign_sim
