// Successive Halving, synchronous: Jamieson & Talwalkar, AISTATS 2016, as one bracket of Hyperband (Li et
// al., JMLR 18-185, 2018, algorithm 1, inner loop): `configurations` start at R / eta^s, each rung promotes
// floor(n / eta^i), the last one trains to R. `halvings` is s.
//
// Without `configurations`, the scenario's number of trials is one bracket; without that either, it is the
// eta^s that leave one at R. Without `halvings`, s is the largest for which the first rung has at least r and
// the last one at least one configuration.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/config/reader.hpp"
#include "sim/search/rungs/multi_fidelity.hpp"
#include "sim/search/rungs/synchronous_halving.hpp"
#include "sim/search/strategy_makers.hpp"

namespace campaign_sim {

namespace {

constexpr double most_configurations = 1e12;

// The largest s with eta^s <= n.
int halvings_of(std::int64_t n, std::int64_t eta) { return n < eta ? 0 : 1 + halvings_of(n / eta, eta); }

// At most `most`, the halvings that n configurations allow.
int read_halvings(Reader& search, const BracketProblem& p, std::int64_t n, int most) {
  const auto asked = search.integer("halvings", at_least(0));
  if (!search.ok()) return 0;
  const int fitting = largest_halving(p);
  if (asked > fitting)
    search.reject("halvings",
                  fmt::format("{} halvings by {} are too many (the first rung would get less than the "
                              "smallest resource); at most {}",
                              asked, p.eta, fitting));
  else if (asked > most)
    search.reject("halvings",
                  fmt::format("too few configurations, {}, for {} halvings by {} (none would be left at "
                              "the largest resource); at most {}",
                              n, asked, p.eta, most));
  return search.ok() ? static_cast<int>(asked) : 0;
}

}  // namespace

std::unique_ptr<Strategy> make_successive_halving(Reader& search, const SearchProblem& problem) {
  const BracketProblem p = read_bracket_problem(search, problem, BracketRule::paper);
  const int most = largest_halving(p);
  const bool counted = search.has("configurations");
  const std::int64_t usual = std::max<std::int64_t>(problem.trials.value_or(0), 1);
  std::int64_t n = problem.trials || counted
                       ? search.integer_or("configurations", usual, between(1, most_configurations))
                       : whole_power(p.eta, most);
  if (!search.ok()) n = 1;
  int halvings = std::min(most, halvings_of(n, p.eta));
  if (search.has("halvings")) halvings = read_halvings(search, p, n, halvings);
  return run_brackets(TrialSource{read_sampler(search, problem), problem},
                      {{halving_bracket(p, n, halvings)}}, p.eta, BracketOrder::one_by_one,
                      problem.ends_anyway);
}

}  // namespace campaign_sim
