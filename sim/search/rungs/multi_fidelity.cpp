#include "sim/search/rungs/multi_fidelity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace campaign_sim {

BracketProblem read_bracket_problem(Reader& search, const SearchProblem& problem, BracketRule rule) {
  constexpr std::int64_t paper_eta = 3;  // Li et al., JMLR 18-185, 2018, section 3.6: 3 or 4
  const BracketProblem read{problem.max_resource, problem.min_resource, search.integer_or("eta", paper_eta)};
  const auto obstacle = bracket_obstacle(rule, read);
  if (!obstacle) return read;
  if (obstacle->number == BracketObstacle::Number::eta)
    search.reject("eta", std::string{obstacle->message});
  else
    reject_resource(search, obstacle->number, std::string{obstacle->message});
  return {1, 1, 2};
}

HyperbandBrackets read_hyperband(Reader& search, const SearchProblem& problem, BracketRule usual) {
  constexpr std::string_view orders[] = {"one_by_one", "overlapping"};
  std::vector<std::string_view> variants;
  for (const auto& [name, rule] : bracket_rules()) variants.push_back(name);
  const auto named = std::ranges::find(bracket_rules(), usual, &BracketRuleName::rule);
  const BracketRule rule =
      find_bracket_rule(search.one_of_or("variant", std::string{named->name}, variants)).value_or(usual);
  const bool one_by_one = usual == BracketRule::paper && rule == BracketRule::paper;
  const bool overlap = search.one_of_or("brackets", one_by_one ? orders[0] : orders[1], orders) == orders[1];
  const BracketProblem p = read_bracket_problem(search, problem, rule);
  const BracketRule usable = bracket_obstacle(rule, p) ? BracketRule::paper : rule;
  return {bracket_table(usable, p), p.eta, overlap ? BracketOrder::overlapping : BracketOrder::one_by_one};
}

void reject_resource(Reader& search, BracketObstacle::Number number, std::string message) {
  if (!search.has("resource")) return search.reject("", std::move(message));
  Reader resource = search.section("resource");
  const bool smallest = number == BracketObstacle::Number::min_resource;
  const std::string_view blamed = smallest ? "min" : "max";
  resource.reject(resource.has(blamed) ? blamed : (smallest ? "max" : "min"), std::move(message));
}

Resource read_report_every(Reader& search, const SearchProblem& problem) {
  constexpr double most_reports = 1e6;  // of one trial: each is kept while it trains
  const Resource every = search.number_or("report_every", problem.min_resource, more_than(0));
  if (!search.ok()) return problem.max_resource;
  if (every > problem.max_resource)
    search.reject("report_every",
                  fmt::format("a report every {} comes after a whole training, {}, when there is "
                              "nothing left to stop; make it smaller",
                              every, problem.max_resource));
  else if (problem.max_resource / every > most_reports)
    search.reject(
        "report_every",
        fmt::format("more than 10^6 reports a trial, and every report of a running trial is kept; at "
                    "least {}",
                    problem.max_resource / most_reports));
  return search.ok() ? every : problem.max_resource;
}

}  // namespace campaign_sim
