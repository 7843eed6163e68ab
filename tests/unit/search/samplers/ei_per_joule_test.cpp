// Expected improvement per joule: what a trial draws is known to depend on x, and the sampler learns it.
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/read_sampler.hpp"

using namespace campaign_sim;

namespace {

// Two valleys equally deep, at 0.2 and 0.8; to the right of the middle a trial draws ten times as much.
double loss_at(double x) { return std::min(std::abs(x - 0.2), std::abs(x - 0.8)); }
double joules_at(double x) { return 1000 * std::pow(10, 1 / (1 + std::exp(-40 * (x - 0.5)))); }

struct Outcome {
  double best = 1;
  double joules = 0;
};

Outcome search(const std::string& sampler_yaml, std::uint64_t seed, bool meter = true) {
  const Space space = testing::space_from("{x: {float: [0, 1]}}");
  const SearchProblem problem{.space = space, .resource_unit = "epoch", .trials = 30, .seed = seed};
  const auto sampler = testing::sampler_from(sampler_yaml, problem);
  Outcome outcome;
  for (std::uint32_t i = 0; i < 30; ++i) {
    const auto configuration = sampler->propose(TrialId{i});
    const double x = configuration->values[0];
    const double joules = joules_at(x);
    if (i >= 6) outcome.joules += joules;  // the first six are random for all
    outcome.best = std::min(outcome.best, loss_at(x));
    if (meter) sampler->spent(TrialId{i}, Joules{joules});
    sampler->observe(TrialId{i}, 1, loss_at(x));
    sampler->finish(TrialId{i});
  }
  return outcome;
}

}  // namespace

TEST_CASE("expected improvement per joule finds the cheap valley for less energy") {
  int cheaper = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const auto plain = search("{kind: gp, n_startup_trials: 6}", seed);
    const auto per_joule = search("{kind: gp, n_startup_trials: 6, acquisition: ei_per_joule}", seed);
    CAPTURE(seed, plain.joules, per_joule.joules, plain.best, per_joule.best);
    CHECK(per_joule.best < 0.02);
    cheaper += per_joule.joules < plain.joules ? 1 : 0;
  }
  CHECK(cheaper >= 7);  // by chance, with probability 9/256
}

TEST_CASE("without a meter expected improvement per joule is expected improvement") {
  const auto plain = search("{kind: gp, n_startup_trials: 6}", 3, false);
  const auto per_joule = search("{kind: gp, n_startup_trials: 6, acquisition: ei_per_joule}", 3, false);
  CHECK(plain.joules == per_joule.joules);
  CHECK(plain.best == per_joule.best);
}
