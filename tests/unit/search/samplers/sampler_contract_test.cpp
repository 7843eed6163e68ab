// What holds for every sampler that draws from the whole space, whatever its rule.
#include <catch2/catch.hpp>
#include <cmath>
#include <deque>

#include "sim/core/random.hpp"
#include "sim/search/transform.hpp"
#include "tests/support/read_sampler.hpp"

using namespace campaign_sim;

namespace {

const char* const mixed_space =
    "{rate: {float: [1e-5, 1e-1], log: true}, drop: {float: [0, 0.5], step: 0.1}, layers: {int: [2, 24], "
    "step: 2}, "
    "width: {int: [16, 1024], log: true}, kind: {choice: [adam, sgd, lamb]}, size: {ordinal: [1, 2, 4, 8]}, "
    "momentum: {float: [0, 0.99], when: {kind: [sgd]}}, nesterov: {choice: [yes, no], when: {kind: [sgd]}}, "
    "dampening: {float: [0, 0.5], when: {nesterov: [no]}}, "
    "fixed: 3, constraints: [\"width * layers <= 8192\"]}";

const char* const all_samplers[] = {"random",
                                    "{kind: sobol}",
                                    "{kind: sobol, scramble: false}",
                                    "{kind: halton}",
                                    "{kind: halton, scramble: false}",
                                    "{kind: latin_hypercube}",
                                    "{kind: latin_hypercube, points: 7}",
                                    "{kind: tpe}",
                                    "{kind: tpe, multivariate: true}",
                                    "{kind: tpe, variant: hyperopt, n_startup_trials: 5}",
                                    "{kind: tpe, variant: optuna_3.1, multivariate: true}",
                                    "{kind: tpe, constant_liar: true}",
                                    "{kind: tpe, multivariate: true, constant_liar: true}",
                                    "{kind: gp}",
                                    "{kind: gp, parallel: kriging_believer, covariance: matern_32}",
                                    "{kind: gp, acquisition: ei, covariance: matern_12, lie: mean}",
                                    "{kind: gp, acquisition: pi, covariance: rbf, lie: worst}",
                                    "{kind: gp, acquisition: lcb, deviations: 1, noise_variance: 0.01}",
                                    "{kind: gp, warp: none}",
                                    "{kind: cmaes}",
                                    "{kind: cmaes, population: 4, restarts: none, sigma: 0.3}",
                                    "{kind: bohb}",
                                    "{kind: bohb, random_fraction: 0}"};

// Four trials at a time, reports out of order, every seventh trial diverges.
std::vector<Configuration> run(Sampler& sampler, std::uint32_t trials) {
  std::vector<Configuration> configurations;
  std::deque<std::uint32_t> running;
  for (std::uint32_t i = 0; i < trials; ++i) {
    const auto configuration = sampler.propose(TrialId{i});
    REQUIRE(configuration);
    configurations.push_back(*configuration);
    running.push_back(i);
    if (running.size() < 4) continue;
    const std::size_t place = i % 3;
    const std::uint32_t done = running[place];
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(place));
    const auto& values = configurations[done].values;
    const double loss = std::abs(std::log10(values[0]) + 3) + values[1] + (values[4] == 1 ? 0 : 0.5);
    for (const Resource resource : {1.0, 3.0})
      sampler.observe(TrialId{done}, resource, done % 7 == 3 ? NAN : loss);
    sampler.finish(TrialId{done});
  }
  return configurations;
}

bool on_its_values(const Parameter& parameter, double value) {
  if (value < parameter.low || value > parameter.high) return false;
  const double step = parameter.step > 0 ? parameter.step : parameter.kind == ParameterKind::real ? 0 : 1;
  if (step == 0) return true;
  const double steps = (value - parameter.low) / step;
  return std::abs(steps - std::round(steps)) < 1e-9;
}

}  // namespace

TEST_CASE("every sampler proposes configurations of a mixed space, the same ones for the same seed") {
  const Space space = testing::space_from(mixed_space);
  for (const char* const yaml : all_samplers) {
    CAPTURE(yaml);
    const SearchProblem problem{
        .space = space, .resource_unit = "epoch", .max_resource = 3, .trials = 60, .seed = 5};
    const auto configurations = run(*testing::sampler_from(yaml, problem), 60);
    bool proper = true;
    for (const auto& configuration : configurations) {
      REQUIRE(configuration.values.size() == space.size());
      proper = proper && space.allows(configuration);
      for (std::size_t i = 0; i < space.size(); ++i) {
        const double value = configuration.values[i];
        const bool active = is_active(space, configuration, i);
        proper = proper && (active ? on_its_values(space.parameters[i], value) : std::isnan(value));
      }
    }
    CHECK(proper);

    const auto again = run(*testing::sampler_from(yaml, problem), 60);
    bool equal = true;
    for (std::size_t i = 0; i < again.size(); ++i)
      equal = equal && digest(again[i]) == digest(configurations[i]);
    CHECK(equal);
  }
}

TEST_CASE("every sampler but CMA-ES searches a space of choices alone") {
  const Space space = testing::space_from(
      "{kind: {choice: [a, b, c]}, flag: {choice: [yes, no]}, inner: {choice: [p, q], when: {flag: [yes]}}}");
  const auto loss = [](const Configuration& c) {
    return (c.values[0] == 1 ? 0.0 : 1.0) + (c.values[2] == 1 ? 0.0 : 0.5);
  };
  for (const char* const yaml : all_samplers) {
    if (std::string{yaml}.find("cmaes") != std::string::npos) continue;
    CAPTURE(yaml);
    const auto losses = testing::losses_of(yaml, space, loss, 60, 1);
    CHECK(*std::ranges::min_element(losses) == 0);  // one configuration in nine
  }
}

TEST_CASE("every sampler but the unscrambled sequences heeds the seed") {
  const Space space = testing::space_from("{x: {float: [0, 1]}, y: {float: [0, 1]}}");
  const auto sphere = [](const Configuration& c) { return c.values[0] * c.values[0] + c.values[1]; };
  for (const char* const yaml : all_samplers) {
    CAPTURE(yaml);
    const bool plain = std::string{yaml}.find("scramble: false") != std::string::npos;
    CHECK((testing::losses_of(yaml, space, sphere, 15, 1) ==
           testing::losses_of(yaml, space, sphere, 15, 2)) == plain);
  }
}

TEST_CASE("a space with nothing to vary is no trouble") {
  const Space space = testing::space_from("{x: 3}");
  for (const char* const yaml : all_samplers) {
    if (std::string{yaml}.find("cmaes") != std::string::npos) continue;
    CAPTURE(yaml);
    for (const double loss : testing::losses_of(
             yaml, space, [](const auto& c) { return c.values[0]; }, 30, 1))
      CHECK(loss == 0);  // the index of the only value
  }
}

TEST_CASE("the model-based samplers find the best choice and the parameter it switches on") {
  const Space space = testing::space_from(
      "{kind: {choice: [a, b, c]}, n: {int: [0, 20]}, x: {float: [0, 1], when: {kind: [b]}}}");
  const auto loss = [](const Configuration& c) {
    const double n = std::abs(c.values[1] - 13) / 20;
    return n + (c.values[0] == 1 ? std::abs(c.values[2] - 0.8) : 1.0);
  };
  // Of nine searches: the median of the best loss, and how many of all their last 20 trials are below 0.3,
  // where one draw in seventeen falls. Random search has 0.16 and 10.
  struct Aim {
    const char* sampler;
    double best;
    std::int64_t close;
  };
  const Aim aims[] = {{"tpe", 0.04, 100},
                      {"{kind: tpe, multivariate: true}", 0.04, 100},
                      {"gp", 0.003, 60},
                      {"{kind: gp, parallel: kriging_believer}", 0.003, 60},
                      {"bohb", 0.4, 30}};  // collapses in a third of such short searches: docs/strategies.md
  constexpr std::uint64_t seeds = 9;
  for (const auto& [sampler, aimed_best, aimed_close] : aims) {
    CAPTURE(sampler);
    std::vector<double> best;
    std::int64_t close = 0;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      const auto losses = testing::losses_of(sampler, space, loss, 60, seed);
      best.push_back(std::ranges::min(losses));
      close += std::count_if(losses.end() - 20, losses.end(), [](double l) { return l < 0.3; });
    }
    std::ranges::sort(best);
    CHECK(best[seeds / 2] < aimed_best);
    CHECK(close >= aimed_close);
  }
}

TEST_CASE("what a sampler cannot do is said by name") {
  const auto refuse = [](const std::string& space_yaml, const std::string& sampler_yaml) {
    const Space space = testing::space_from(space_yaml);
    try {
      testing::sampler_from(sampler_yaml, {.space = space, .resource_unit = "epoch"});
    } catch (const ConfigError& error) {
      return std::string{error.what()};
    }
    return std::string{};
  };
  CHECK_THAT(refuse("{c: {choice: [a, b]}}", "cmaes"), Catch::Contains("order"));
  for (const char* const yaml : {"tpe", "gp", "cmaes", "sobol", "halton", "latin_hypercube", "grid", "bohb"})
    CHECK_THAT(refuse("{}", yaml),
               Catch::Contains("the search space is empty, so there is nothing to search"));
  CHECK(refuse("{}", "random").empty());
  std::string many;
  for (int i = 0; i < 161; ++i) many += "p" + std::to_string(i) + ": {float: [0, 1]}, ";
  CHECK_THAT(refuse("{" + many + "}", "sobol"), Catch::Contains("160"));
  CHECK(refuse("{" + many + "}", "halton").empty());
  CHECK_THAT(refuse("{x: {float: [0, 1]}}", "{kind: tpe, n_ei_candidates: 0}"),
             Catch::Contains("n_ei_candidates"));
  CHECK_THAT(refuse("{x: {float: [0, 1]}}", "{kind: tpe, variant: hyperop}"), Catch::Contains("hyperopt"));
  CHECK_THAT(refuse("{x: {float: [0, 1]}}", "{kind: gp, acquisition: ucb}"), Catch::Contains("acquisition"));
  CHECK_THAT(refuse("{x: {float: [0, 1]}}", "{kind: gp, deviations: 2}"), Catch::Contains("deviations"));
  CHECK_THAT(refuse("{x: {float: [0, 1]}}", "{kind: cmaes, population: 2}"), Catch::Contains("population"));
  CHECK_THAT(refuse("{x: {float: [0, 1]}}", "{kind: bohb, min_points_in_model: 1}"),
             Catch::Contains("min_points_in_model"));
}
