#include "analysis/statistics/summaries.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "sim/core/expect.hpp"

using namespace campaign_sim::statistics;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("a quantile that falls on a number is that number, whatever lies above it") {
  CHECK(median(std::vector{7.04, infinity, 21.11}) == 21.11);
  CHECK(quantile(std::vector{1.0, infinity}, 0) == 1.0);
  CHECK(quantile(std::vector{1.0, infinity}, 1) == infinity);
  CHECK(median(std::vector{1.0, infinity}) == infinity);
  CHECK(median(std::vector{1.0, infinity, infinity}) == infinity);
  CHECK(median(std::vector{1.0, 2.0, 4.0, 8.0}) == 3.0);
}

TEST_CASE("what is no number has no rank") {
  CHECK(midranks(std::vector{3.0, infinity, 3.0}) == std::vector{1.5, 3.0, 1.5});
  CHECK_THROWS_AS(midranks(std::vector{1.0, std::nan("")}), campaign_sim::InternalError);
}
