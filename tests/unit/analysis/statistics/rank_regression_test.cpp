#include "analysis/statistics/rank_regression.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "sim/core/random.hpp"

using campaign_sim::Purpose;
using campaign_sim::RandomStream;
using campaign_sim::statistics::rank_regression;

namespace {

std::vector<double> uniform_sample(std::uint64_t subject, std::size_t n) {
  const RandomStream draws{7, Purpose::resampling, subject};
  std::vector<double> sample(n);
  for (std::size_t i = 0; i < n; ++i) sample[i] = draws.uniform(i);
  return sample;
}

}  // namespace

TEST_CASE("an output that follows one input is all that input's") {
  const std::vector<double> a = uniform_sample(1, 200);
  const std::vector<double> b = uniform_sample(2, 200);
  std::vector<double> output;
  for (const double x : a) output.push_back(std::exp(9 * x));  // ranks see no bend
  const auto found = rank_regression({a, b}, output);
  CHECK(found.shares[0] == Approx(1));
  CHECK(found.shares[1] == Approx(0).margin(1e-12));
  CHECK(found.explained == Approx(1));
}

TEST_CASE("shares are those of the variance, whichever way an input works") {
  const std::vector<double> a = uniform_sample(1, 4000);
  const std::vector<double> b = uniform_sample(2, 4000);
  std::vector<double> output;
  for (std::size_t i = 0; i < a.size(); ++i) output.push_back(2 * a[i] - b[i]);
  const auto found = rank_regression({a, b}, output);
  CHECK(found.shares[0] == Approx(0.8).margin(0.03));  // 4 : 1
  CHECK(found.shares[1] == Approx(0.2).margin(0.03));
  CHECK(found.explained > 0.97);
}

TEST_CASE(
    "shares add up to what the ranks explain, also where the inputs of a small sample lean on each other") {
  // The squared coefficients of this sample are 4.306 and 2.031, and R2 is 0.986.
  const std::vector<double> a = {1, 2, 3, 4, 5, 6, 7, 8};
  const std::vector<double> b = {2, 1, 4, 3, 6, 5, 8, 7};
  std::vector<double> output;
  for (std::size_t i = 0; i < a.size(); ++i) output.push_back(3 * a[i] - 2 * b[i]);
  const auto found = rank_regression({a, b}, output);
  CHECK(found.explained == Approx(0.9857142857));
  CHECK(found.shares[0] + found.shares[1] == Approx(found.explained).epsilon(1e-12));
  CHECK(found.shares[0] / found.shares[1] == Approx(4.305625 / 2.030625));
}

TEST_CASE("what bends back is not explained") {
  const std::vector<double> a = uniform_sample(1, 1000);
  std::vector<double> output;
  for (const double x : a) output.push_back((x - 0.5) * (x - 0.5));
  CHECK(rank_regression({a}, output).explained < 0.02);
}

TEST_CASE("what does not vary has no share, and too few samples tell nothing") {
  const std::vector<double> a = {1, 2, 3, 4};
  const std::vector<double> same(4, 5.0);
  CHECK(rank_regression({a, same}, a).shares[1] == 0);
  CHECK(rank_regression({a}, same).shares[0] == 0);
  CHECK(rank_regression({a}, same).explained == 0);
  CHECK(std::isnan(rank_regression({a, a, same}, a).shares[0]));
}
