// The rules of the tools, as they compute them.
#include "sim/search/rungs/tool_brackets.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/expect.hpp"

namespace campaign_sim {

namespace {

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
  const std::int64_t n = (rungs / (s + 1)) * whole_power(p.eta, s);
  Bracket bracket;
  for (int i = 0; i <= s; ++i) {
    const double share = static_cast<double>(n) * python_power(p.eta, i);
    bracket.rungs.push_back({std::max<std::int64_t>(whole(share), 1), shrunk(p, s - i)});
  }
  return bracket;
}

// NePS has HpBandSter's sizes and, where both bounds are whole, whole resources.
Bracket neps_bracket(const BracketProblem& p, int rungs, int s) {
  const std::int64_t n = (rungs / (s + 1)) * whole_power(p.eta, s);
  const bool in_integers =
      p.max_resource == std::floor(p.max_resource) && p.min_resource == std::floor(p.min_resource);
  Bracket bracket;
  for (int i = 0; i <= s; ++i) {
    const double resource = p.max_resource / static_cast<double>(whole_power(p.eta, s - i));
    bracket.rungs.push_back({n / whole_power(p.eta, i), in_integers ? std::floor(resource) : resource});
  }
  return bracket;
}

// SMAC3 multiplies by powers with a negative exponent and rounds down: 729 · 3^-5 is 2 for it.
Bracket smac3_bracket(const BracketProblem& p, int s_max, int s) {
  const double start =
      std::ceil(static_cast<double>(whole_power(p.eta, s)) * (s_max + 1) / static_cast<double>(s + 1));
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
    const auto factor = static_cast<double>(whole_power(p.eta, s - i));
    bracket.rungs.push_back(
        {whole(std::ceil(finalists / (s + 1) * factor)), std::ceil(p.max_resource / factor)});
  }
  return bracket;
}

constexpr double nni_epsilon = 1e-6;  // NNI, hyperband_advisor.py, _epsilon

Bracket nni_bracket(const BracketProblem& p, int s_max, int s) {
  const double start = std::ceil(
      static_cast<double>((s_max + 1) * whole_power(p.eta, s)) / static_cast<double>(s + 1) - nni_epsilon);
  const double lowest = p.max_resource / static_cast<double>(whole_power(p.eta, s));
  Bracket bracket;
  for (int i = 0; i <= s; ++i) {
    const auto factor = static_cast<double>(whole_power(p.eta, i));
    bracket.rungs.push_back(
        {whole(std::floor(start / factor + nni_epsilon)), std::floor(lowest * factor + nni_epsilon)});
  }
  return bracket;
}

// Ray halves the trials rounding up, and never lets a rung end later than R less the end of the one before.
Bracket ray_bracket(const BracketProblem& p, int brackets, int s) {
  const auto eta = static_cast<double>(p.eta);
  auto n =
      whole(std::ceil(static_cast<double>(brackets) / (s + 1) * static_cast<double>(whole_power(p.eta, s))));
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
    const auto share = finalists * static_cast<double>(whole_power(p.eta, s - i));
    const auto resource = p.min_resource * static_cast<double>(whole_power(p.eta, s_max - s + i));
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

}  // namespace

int tool_bracket_count(BracketRule rule, const BracketProblem& p) {
  switch (rule) {
    case BracketRule::hpbandster:
    case BracketRule::dehb:
    case BracketRule::neps:
    case BracketRule::smac3:
      // These divide numpy's logarithms, whose last bit depends on the processor: with
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
    case BracketRule::paper:
      break;
  }
  CS_EXPECT(false);
  return 0;
}

Bracket tool_bracket(BracketRule rule, const BracketProblem& p, int brackets, int s) {
  switch (rule) {
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
    case BracketRule::paper:
      break;
  }
  CS_EXPECT(false);
  return {};
}

std::vector<OptunaBracket> optuna_brackets(const BracketProblem& problem) {
  std::vector<OptunaBracket> brackets;
  const int count = static_cast<int>(std::floor(log_ratio(problem))) + 1;
  for (int k = 0; k < count; ++k) {
    const int s = count - 1 - k;
    const double share = static_cast<double>(count * whole_power(problem.eta, s)) / (s + 1);
    brackets.push_back(
        {whole(std::ceil(share)), problem.min_resource * static_cast<double>(whole_power(problem.eta, k))});
  }
  return brackets;
}

}  // namespace campaign_sim
