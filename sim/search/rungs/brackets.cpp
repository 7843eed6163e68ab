#include "sim/search/rungs/brackets.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/expect.hpp"

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

std::int64_t power(std::int64_t base, int exponent) {
  std::int64_t result = 1;
  for (int i = 0; i < exponent; ++i) result *= base;
  return result;
}

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

std::int64_t whole(double value) { return static_cast<std::int64_t>(value); }

// The logarithm of R / r to the base eta in floating point: floor(log(243) / log(3)) is 4.
double log_ratio(const BracketProblem& p) {
  return std::log(p.max_resource / p.min_resource) / std::log(static_cast<double>(p.eta));
}

// eta^-k as plain Python has it.
double python_power(std::int64_t eta, int k) {
  return std::pow(static_cast<double>(eta), -static_cast<double>(k));
}

// eta^-k as numpy.power gives it on processors with AVX-512, where the tables were made: 3^-5 and 10^-1 come
// out one unit in the last place lower than elsewhere, which costs SMAC3 a configuration at R = 729 and 1000.
double numpy_power(std::int64_t eta, int k) {
  const double power = python_power(eta, k);
  const bool low = (eta == 3 && k == 5) || (eta == 10 && k == 1);
  return low ? std::nextafter(power, 0.0) : power;
}

double shrunk(const BracketProblem& p, int k) { return p.max_resource * numpy_power(p.eta, k); }

// HpBandSter rounds (s_max + 1) / (s + 1) down before it multiplies: its brackets are exact powers.
Bracket hpbandster_bracket(const BracketProblem& p, int rungs, int s) {
  const std::int64_t n = (rungs / (s + 1)) * power(p.eta, s);
  Bracket bracket;
  for (int i = 0; i <= s; ++i) {
    const double share = static_cast<double>(n) * python_power(p.eta, i);
    bracket.rungs.push_back({std::max<std::int64_t>(whole(share), 1), shrunk(p, s - i)});
  }
  return bracket;
}

// NePS has HpBandSter's sizes and, where both bounds are whole, whole resources.
Bracket neps_bracket(const BracketProblem& p, int rungs, int s) {
  const std::int64_t n = (rungs / (s + 1)) * power(p.eta, s);
  const bool in_integers =
      p.max_resource == std::floor(p.max_resource) && p.min_resource == std::floor(p.min_resource);
  Bracket bracket;
  for (int i = 0; i <= s; ++i) {
    const double resource = p.max_resource / static_cast<double>(power(p.eta, s - i));
    bracket.rungs.push_back({n / power(p.eta, i), in_integers ? std::floor(resource) : resource});
  }
  return bracket;
}

// SMAC3 multiplies by powers with a negative exponent and rounds down: 729 · 3^-5 is 2 for it.
Bracket smac3_bracket(const BracketProblem& p, int s_max, int s) {
  const double start =
      std::ceil(static_cast<double>(power(p.eta, s)) * (s_max + 1) / static_cast<double>(s + 1));
  Bracket bracket;
  for (int i = 0; i <= s; ++i) {
    const double share = start * numpy_power(p.eta, i);
    bracket.rungs.push_back({whole(std::floor(share)), shrunk(p, s - i)});
  }
  return bracket;
}

Bracket keras_tuner_bracket(const BracketProblem& p, int s) {
  const double finalists = std::ceil(1 + std::log(p.max_resource) / std::log(static_cast<double>(p.eta)));
  Bracket bracket;
  for (int i = 0; i <= s; ++i) {
    const auto factor = static_cast<double>(power(p.eta, s - i));
    bracket.rungs.push_back(
        {whole(std::ceil(finalists / (s + 1) * factor)), std::ceil(p.max_resource / factor)});
  }
  return bracket;
}

constexpr double nni_epsilon = 1e-6;  // NNI, hyperband_advisor.py, _epsilon

Bracket nni_bracket(const BracketProblem& p, int s_max, int s) {
  const double start = std::ceil(
      static_cast<double>((s_max + 1) * power(p.eta, s)) / static_cast<double>(s + 1) - nni_epsilon);
  const double lowest = p.max_resource / static_cast<double>(power(p.eta, s));
  Bracket bracket;
  for (int i = 0; i <= s; ++i) {
    const auto factor = static_cast<double>(power(p.eta, i));
    bracket.rungs.push_back(
        {whole(std::floor(start / factor + nni_epsilon)), std::floor(lowest * factor + nni_epsilon)});
  }
  return bracket;
}

// Ray halves the trials rounding up, and never lets a rung end later than R less the end of the one before.
Bracket ray_bracket(const BracketProblem& p, int brackets, int s) {
  const auto eta = static_cast<double>(p.eta);
  auto n = whole(std::ceil(static_cast<double>(brackets) / (s + 1) * static_cast<double>(power(p.eta, s))));
  double resource = std::trunc(p.max_resource * python_power(p.eta, s));
  Bracket bracket;
  if (resource == 0) return bracket;
  bracket.rungs.push_back({n, resource});
  for (int i = 0; i < s; ++i) {
    n = whole(std::ceil(static_cast<double>(n) / eta));
    resource = std::trunc(std::min(resource * eta, p.max_resource - resource));
    bracket.rungs.push_back({n, resource});
  }
  return bracket;
}

// Syne Tune counts the rungs from r upwards, and R comes on top of them.
Bracket syne_tune_bracket(const BracketProblem& p, int s_max, int s) {
  const double finalists = static_cast<double>(s_max + 1) / (s + 1);
  Bracket bracket;
  for (int i = 0; i < s; ++i) {
    const auto share = finalists * static_cast<double>(power(p.eta, s - i));
    const auto resource = p.min_resource * static_cast<double>(power(p.eta, s_max - s + i));
    bracket.rungs.push_back({whole(std::ceil(share)), std::nearbyint(resource)});
  }
  bracket.rungs.push_back({whole(std::ceil(finalists)), p.max_resource});
  return bracket;
}

int keras_tuner_brackets(const BracketProblem& p) {
  int brackets = 0;
  for (double resource = p.max_resource; resource >= p.min_resource; resource /= static_cast<double>(p.eta))
    ++brackets;
  return brackets;
}

// The smallest s with r · eta^s >= R.
int syne_tune_halvings(const BracketProblem& p) {
  int s = 0;
  for (double resource = p.min_resource; resource < p.max_resource; ++s)
    resource *= static_cast<double>(p.eta);
  return s;
}

// How many brackets a rule has; s counts down from one less.
int bracket_count(BracketRule rule, const BracketProblem& p) {
  switch (rule) {
    case BracketRule::paper:
    case BracketRule::hpbandster:
    case BracketRule::dehb:
    case BracketRule::neps:
    case BracketRule::smac3:
      // The tools among these divide numpy's logarithms, whose last bit depends on the processor: with
      // AVX-512 a power of eta comes out right, without it they may lose a bracket.
      return largest_halving(p) + 1;
    case BracketRule::keras_tuner:
      return keras_tuner_brackets(p);
    case BracketRule::nni:
      return static_cast<int>(std::floor(log_ratio(p) + nni_epsilon)) + 1;
    case BracketRule::ray:
      return static_cast<int>(std::nearbyint(log_ratio(p))) + 1;
    case BracketRule::syne_tune:
      return syne_tune_halvings(p) + 1;
  }
  CS_EXPECT(false);
  return 0;
}

Bracket bracket_of(BracketRule rule, const BracketProblem& p, int brackets, int s) {
  switch (rule) {
    case BracketRule::paper:
      return halving_bracket(p, ceil_divide(brackets * power(p.eta, s), s + 1), s);
    case BracketRule::hpbandster:
    case BracketRule::dehb:
      return hpbandster_bracket(p, brackets, s);
    case BracketRule::neps:
      return neps_bracket(p, brackets, s);
    case BracketRule::smac3:
      return smac3_bracket(p, brackets - 1, s);
    case BracketRule::keras_tuner:
      return keras_tuner_bracket(p, s);
    case BracketRule::nni:
      return nni_bracket(p, brackets - 1, s);
    case BracketRule::ray:
      return ray_bracket(p, brackets, s);
    case BracketRule::syne_tune:
      return syne_tune_bracket(p, brackets - 1, s);
  }
  CS_EXPECT(false);
  return {};
}

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

int largest_halving(const BracketProblem& problem) {
  CS_EXPECT(problem.eta >= 2 && problem.min_resource > 0);
  int s = 0;
  // Products of whole numbers below 2^53 are exact.
  for (double resource = problem.min_resource;
       resource * static_cast<double>(problem.eta) <= problem.max_resource; ++s)
    resource *= static_cast<double>(problem.eta);
  return s;
}

Bracket halving_bracket(const BracketProblem& problem, std::int64_t configurations, int halvings) {
  Bracket bracket;
  for (int i = 0; i <= halvings; ++i)
    bracket.rungs.push_back({configurations / power(problem.eta, i),
                             problem.max_resource / static_cast<double>(power(problem.eta, halvings - i))});
  return bracket;
}

std::optional<std::string_view> bracket_obstacle(BracketRule rule, const BracketProblem& problem) {
  if (problem.eta < 2) return "eta must be at least 2 (a rung promotes the eta-th part of the one below)";
  if (!(problem.min_resource > 0)) return "the smallest resource must be more than 0";
  if (problem.max_resource < problem.min_resource)
    return "the largest resource is smaller than the smallest (not even one rung fits)";
  // Beyond this, numbers of configurations leave the range where floating point is exact.
  if (problem.max_resource / problem.min_resource > 1e12)
    return "the largest resource is more than 10^12 times the smallest (the first rung would need as many "
           "configurations)";
  const bool from_one = rule == BracketRule::nni || rule == BracketRule::ray;
  if (from_one && problem.min_resource != 1)
    return "this tool's Hyperband always starts from resource 1; set the smallest resource to 1, or use "
           "another "
           "variant";
  if (rule == BracketRule::dehb && problem.max_resource == problem.min_resource)
    return "DEHB needs a largest resource above the smallest";
  return std::nullopt;
}

BracketTable bracket_table(BracketRule rule, const BracketProblem& problem) {
  CS_EXPECT(!bracket_obstacle(rule, problem));
  BracketTable table;
  const int brackets = bracket_count(rule, problem);
  for (int s = brackets - 1; s >= 0; --s) {
    Bracket bracket = bracket_of(rule, problem, brackets, s);
    if (!bracket.rungs.empty()) table.brackets.push_back(std::move(bracket));
  }
  return table;
}

std::vector<OptunaBracket> optuna_brackets(const BracketProblem& problem) {
  std::vector<OptunaBracket> brackets;
  const int count = static_cast<int>(std::floor(log_ratio(problem))) + 1;
  for (int k = 0; k < count; ++k) {
    const int s = count - 1 - k;
    const double share = static_cast<double>(count * power(problem.eta, s)) / (s + 1);
    brackets.push_back(
        {whole(std::ceil(share)), problem.min_resource * static_cast<double>(power(problem.eta, k))});
  }
  return brackets;
}

}  // namespace campaign_sim
