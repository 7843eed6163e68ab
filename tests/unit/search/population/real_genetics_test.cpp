#include "sim/search/population/real_genetics.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace campaign_sim;

TEST_CASE("far from the bounds crossover keeps the mean and spreads as published") {
  // Without bounds beta = (2u)^(1/(eta+1)) for u <= 1/2, else (1/(2(1-u)))^(1/(eta+1)): Deb & Agrawal 1995.
  for (const double u : {0.01, 0.3, 0.5, 0.7, 0.99}) {
    CAPTURE(u);
    const auto [low, high] = simulated_binary_crossover(0.501, 0.499, 20, u);
    CHECK(low + high == Approx(1).margin(1e-9));
    const double beta = u <= 0.5 ? std::pow(2 * u, 1 / 21.0) : std::pow(1 / (2 * (1 - u)), 1 / 21.0);
    CHECK((high - low) / 0.002 == Approx(beta).epsilon(1e-6));
  }
}

TEST_CASE("crossover and mutation stay within the bounds") {
  for (double u = 0; u < 1; u += 0.0625) {
    for (const double index : {0.0, 2.0, 20.0}) {
      for (const auto& [a, b] :
           {std::pair{0.0, 1.0}, std::pair{0.0, 0.01}, std::pair{0.98, 1.0}, std::pair{0.5, 0.5}}) {
        const auto [low, high] = simulated_binary_crossover(a, b, index, u);
        CHECK(low >= 0);
        CHECK(low <= high);
        CHECK(high <= 1);
        const double mutant = polynomial_mutation(a, index, u);
        CHECK(mutant >= 0);
        CHECK(mutant <= 1);
      }
    }
  }
}

TEST_CASE("mutation moves by the published distance, and not at all at one half") {
  // Far from the bounds delta = (2u)^(1/(eta+1)) - 1 for u < 1/2: at u = 0.25, 0.5^(1/21) - 1.
  CHECK(polynomial_mutation(0.5, 20, 0.5) == Approx(0.5));
  CHECK(polynomial_mutation(0.5, 20, 0.25) == Approx(0.5 + std::pow(0.5, 1 / 21.0) - 1).epsilon(1e-4));
  CHECK(polynomial_mutation(0.5, 20, 0.75) == Approx(0.5 + 1 - std::pow(0.5, 1 / 21.0)).epsilon(1e-4));
  CHECK(polynomial_mutation(0, 20, 0.25) == 0);
  CHECK(polynomial_mutation(1, 20, 0) == Approx(0));
}
