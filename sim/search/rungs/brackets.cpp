#include "sim/search/rungs/brackets.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/expect.hpp"
#include "sim/search/rungs/tool_brackets.hpp"

namespace campaign_sim {

namespace {

constexpr auto names = std::to_array<BracketRuleName>({
    {"paper", BracketRule::paper},
    {"hpbandster", BracketRule::hpbandster},
    {"dehb", BracketRule::dehb},
    {"neps", BracketRule::neps},
    {"smac3", BracketRule::smac3},
    {"keras_tuner", BracketRule::keras_tuner},
    {"nni", BracketRule::nni},
    {"ray", BracketRule::ray},
    {"syne_tune", BracketRule::syne_tune},
});

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

// Two resources as near as this (relative) are the same.
constexpr double rounding = 1e-12;

}  // namespace

std::span<const BracketRuleName> bracket_rules() { return names; }

std::optional<BracketRule> find_bracket_rule(std::string_view name) {
  const auto found = std::ranges::find(names, name, &BracketRuleName::name);
  if (found == names.end()) return std::nullopt;
  return found->rule;
}

Bracket Bracket::cut_to(std::int64_t limit, std::int64_t eta) const {
  Bracket cut;
  for (const Rung& rung : rungs) {
    const std::int64_t configurations = std::min(limit, rung.configurations);
    if (configurations == 0) break;
    cut.rungs.push_back({configurations, rung.resource});
    if (limit < rung.configurations) limit /= eta;
  }
  return cut;
}

std::int64_t BracketTable::configurations() const {
  std::int64_t sum = 0;
  for (const Bracket& bracket : brackets)
    if (!bracket.rungs.empty()) sum += bracket.rungs.front().configurations;
  return sum;
}

std::int64_t BracketTable::evaluations() const {
  std::int64_t sum = 0;
  for (const Bracket& bracket : brackets)
    for (const Rung& rung : bracket.rungs) sum += rung.configurations;
  return sum;
}

Resource BracketTable::resource_restart() const {
  Resource sum = 0;
  for (const Bracket& bracket : brackets)
    for (const Rung& rung : bracket.rungs) sum += static_cast<double>(rung.configurations) * rung.resource;
  return sum;
}

Resource BracketTable::resource_resume() const {
  Resource sum = 0;
  for (const Bracket& bracket : brackets) {
    Resource before = 0;
    for (const Rung& rung : bracket.rungs) {
      sum += static_cast<double>(rung.configurations) * (rung.resource - before);
      before = rung.resource;
    }
  }
  return sum;
}

std::int64_t whole_power(std::int64_t base, int exponent) {
  std::int64_t result = 1;
  for (int i = 0; i < exponent; ++i) result *= base;
  return result;
}

Resource rung_above(Resource rung, std::int64_t eta, Resource max_resource) {
  const Resource above = rung * static_cast<double>(eta);
  return std::abs(above - max_resource) <= rounding * max_resource ? max_resource : above;
}

int largest_halving(const BracketProblem& problem) {
  CS_EXPECT(problem.eta >= 2 && problem.min_resource > 0);
  int s = -1;
  for (Resource rung = problem.min_resource; rung <= problem.max_resource;
       rung = rung_above(rung, problem.eta, problem.max_resource))
    ++s;
  return std::max(s, 0);
}

Bracket halving_bracket(const BracketProblem& problem, std::int64_t configurations, int halvings) {
  Bracket bracket;
  for (int i = 0; i <= halvings; ++i)
    bracket.rungs.push_back(
        {configurations / whole_power(problem.eta, i),
         problem.max_resource / static_cast<double>(whole_power(problem.eta, halvings - i))});
  return bracket;
}

std::optional<BracketObstacle> bracket_obstacle(BracketRule rule, const BracketProblem& problem) {
  using enum BracketObstacle::Number;
  if (problem.eta < 2)
    return {{eta, "eta must be at least 2 (a rung promotes the eta-th part of the one below)"}};
  if (!(problem.min_resource > 0)) return {{min_resource, "the smallest resource must be more than 0"}};
  if (problem.max_resource < problem.min_resource)
    return {{min_resource, "the largest resource is smaller than the smallest (not even one rung fits)"}};
  // Beyond this, numbers of configurations leave the range where floating point is exact.
  if (problem.max_resource / problem.min_resource > 1e12)
    return {{max_resource,
             "the largest resource is more than 10^12 times the smallest (the first rung would need as many "
             "configurations); lower 'max' or raise 'min'"}};
  const bool from_one = rule == BracketRule::nni || rule == BracketRule::ray;
  if (from_one && problem.min_resource != 1)
    return {{min_resource,
             "this tool's Hyperband always starts from resource 1; set the smallest resource to 1, or use "
             "another variant"}};
  if (rule == BracketRule::dehb && problem.max_resource == problem.min_resource)
    return {{max_resource,
             "DEHB needs a largest resource above the smallest (its first bracket promotes); raise 'max' or "
             "lower 'min'"}};
  return std::nullopt;
}

BracketTable bracket_table(BracketRule rule, const BracketProblem& problem) {
  CS_EXPECT(!bracket_obstacle(rule, problem));
  const bool paper = rule == BracketRule::paper;
  const int brackets = paper ? largest_halving(problem) + 1 : tool_bracket_count(rule, problem);
  BracketTable table;
  for (int s = brackets - 1; s >= 0; --s) {
    Bracket bracket =
        paper ? halving_bracket(problem, ceil_divide(brackets * whole_power(problem.eta, s), s + 1), s)
              : tool_bracket(rule, problem, brackets, s);
    if (!bracket.rungs.empty()) table.brackets.push_back(std::move(bracket));
  }
  return table;
}

}  // namespace campaign_sim
