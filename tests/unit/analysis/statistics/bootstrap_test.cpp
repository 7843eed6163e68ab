#include "analysis/statistics/bootstrap.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/random.hpp"

using namespace campaign_sim;
using namespace campaign_sim::statistics;

TEST_CASE("a bootstrap interval is repeatable, and other seeds give nearly the same") {
  const std::vector<double> sample = {2, 3, 5, 7, 11, 13, 17, 19};
  const Interval one = Resamples{sample.size(), 10'000, 1}.of_mean(sample, 0.95);
  const Interval again = Resamples{sample.size(), 10'000, 1}.of_mean(sample, 0.95);
  const Interval other = Resamples{sample.size(), 10'000, 2}.of_mean(sample, 0.95);
  CHECK(one.low == again.low);
  CHECK(one.high == again.high);
  CHECK(one.low == Approx(other.low).epsilon(0.03));
  CHECK(one.high == Approx(other.high).epsilon(0.03));
  CHECK(one.low < mean(sample));
  CHECK(one.high > mean(sample));
}

// 400 samples of 30 normal numbers: an interval that covers 93 % of the time (the bootstrap's coverage there)
// misses the band below once in a million runs of fresh seeds; the seed is fixed.
TEST_CASE("the 95 % interval of a mean covers it about that often") {
  const Resamples resamples{30, 1000, 3};
  int covered = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    std::vector<double> sample;
    const RandomStream draws{17, Purpose::resampling, i};
    for (std::uint64_t j = 0; j < 30; ++j) sample.push_back(draws.normal(j));
    const Interval interval = resamples.of_mean(sample, 0.95);
    covered += interval.low <= 0 && interval.high >= 0;
  }
  CHECK(covered > 350);
  CHECK(covered < 397);
}

TEST_CASE("a relative difference keeps pairs together") {
  const std::vector<double> b = {1, 10, 100, 1000, 10'000, 5, 50};
  std::vector<double> a;
  for (const double value : b) a.push_back(0.6 * value);  // always 40 % less, however different the pairs
  const Interval interval = Resamples{b.size(), 2000, 1}.of_relative_difference(a, b, 0.95);
  CHECK(interval.low == Approx(-0.4));
  CHECK(interval.high == Approx(-0.4));
}

TEST_CASE("there is no interval where there is nothing to resample, or nothing to divide by") {
  const std::vector<double> one = {4};
  CHECK(std::isnan(Resamples{1, 100, 1}.of_mean(one, 0.95).low));
  const std::vector<double> a = {1, 2};
  const std::vector<double> zero = {0, 0};
  CHECK(std::isnan(Resamples{2, 100, 1}.of_relative_difference(a, zero, 0.95).low));
}

TEST_CASE("the pairs that settle a difference grow with the square of its noise") {
  // Two-sided at 0.05 with power 0.8: (1.959964 + 0.841621)^2 = 7.8489 pairs for a difference of one
  // deviation.
  CHECK(pairs_to_settle(1, 1, 0.05) == std::ceil(7.8489 * 1.0471976));
  CHECK(pairs_to_settle(-0.1, 1, 0.05) == std::ceil(784.89 * 1.0471976));
  CHECK(pairs_to_settle(5, 0.1, 0.05) == 6);
  CHECK(std::isinf(pairs_to_settle(0, 1, 0.05)));
}
