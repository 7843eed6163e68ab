// Whether the model-based samplers are worth their computing: each must beat random search with the same
// number of trials.
//
// One-sided Mann-Whitney test of the best losses of 20 seeds against those of random search with 20 other
// seeds. A sampler that is no better than random would pass one of the tests below with probability 0.001
// (normal approximation, z > 3.09). Seeds are fixed, so the verdict is the same on every run.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>

#include "tests/support/read_sampler.hpp"
#include "tests/support/test_functions.hpp"

using namespace campaign_sim;

namespace {

struct Task {
  const char* name;
  const char* space;
  std::function<double(const Configuration&)> loss;
};

const Task tasks[] = {
    {"Branin", "{x: {float: [-5, 10]}, y: {float: [0, 15]}}",
     [](const Configuration& c) { return testing::branin(c.values[0], c.values[1]); }},
    {"Hartmann 6",
     "{a: {float: [0, 1]}, b: {float: [0, 1]}, c: {float: [0, 1]}, d: {float: [0, 1]}, e: {float: [0, 1]}, "
     "f: {float: [0, 1]}}",
     [](const Configuration& c) { return testing::hartmann6(c.values); }},
};

constexpr std::uint64_t seeds = 20;

std::vector<double> best_losses(const std::string& sampler, const Task& task, std::uint32_t trials,
                                std::uint64_t first_seed) {
  const Space space = testing::space_from(task.space);
  std::vector<double> best;
  for (std::uint64_t seed = 0; seed < seeds; ++seed)
    best.push_back(
        std::ranges::min(testing::losses_of(sampler, space, task.loss, trials, first_seed + seed)));
  return best;
}

// How many standard deviations the losses `a` lie below the losses `b`.
double below(const std::vector<double>& a, const std::vector<double>& b) {
  double wins = 0;
  for (const double x : a)
    for (const double y : b) wins += x < y ? 1 : x == y ? 0.5 : 0;
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  return (wins - n * m / 2) / std::sqrt(n * m * (n + m + 1) / 12);
}

void check_beats_random(const std::string& sampler, std::uint32_t trials) {
  for (const auto& task : tasks) {
    CAPTURE(sampler, task.name, trials);
    CHECK(below(best_losses(sampler, task, trials, 0), best_losses("random", task, trials, 1000)) > 3.09);
  }
}

}  // namespace

TEST_CASE("TPE beats random search") {
  check_beats_random("tpe", 100);
  check_beats_random("{kind: tpe, multivariate: true}", 100);
  check_beats_random("{kind: tpe, variant: hyperopt}", 200);
}

TEST_CASE("the Gaussian process beats random search") { check_beats_random("gp", 40); }

TEST_CASE("CMA-ES beats random search") { check_beats_random("cmaes", 120); }

TEST_CASE("BOHB's densities beat random search") { check_beats_random("bohb", 150); }

TEST_CASE("the Gaussian process finds Branin's minimum") {
  for (const double best : best_losses("gp", tasks[0], 40, 100)) CHECK(best < testing::branin_minimum + 0.05);
}

// Not run by ctest: prints what tests/quality/against_optuna.py compares.
TEST_CASE("best losses of forty seeds", "[.distributions]") {
  const std::pair<const char*, std::uint32_t> samplers[] = {
      {"random", 100}, {"tpe", 100}, {"{kind: tpe, multivariate: true}", 100}, {"cmaes", 120}, {"gp", 40}};
  for (const auto& [sampler, trials] : samplers)
    for (const auto& task : tasks) {
      const Space space = testing::space_from(task.space);
      for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const double best = std::ranges::min(testing::losses_of(sampler, space, task.loss, trials, seed));
        std::printf("distribution;%s;%s;%u;%.17g\n", sampler, task.name, trials, best);
      }
    }
}
