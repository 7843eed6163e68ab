#include "sim/search/population/nondominated.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace campaign_sim;

TEST_CASE("one dominates another if it is no worse in both and better in one") {
  CHECK(dominates({1, 2}, {2, 2}));
  CHECK(dominates({1, 2}, {1, 3}));
  CHECK_FALSE(dominates({1, 2}, {1, 2}));
  CHECK_FALSE(dominates({1, 3}, {2, 2}));
  const double nan = std::nan("");
  CHECK(dominates({1, 3}, {nan, 1}));
  CHECK_FALSE(dominates({nan, 1}, {1, 3}));
  CHECK_FALSE(dominates({nan, 1}, {nan, 3}));
}

TEST_CASE("fronts come off like shells") {
  const std::vector<Objectives> all = {{1, 5}, {2, 3}, {4, 1}, {2, 6}, {3, 4}, {5, 5}, {std::nan(""), 0}};
  CHECK(front_of_each(all) == std::vector<std::size_t>{0, 0, 0, 1, 1, 2, 3});
}

TEST_CASE("crowding distance is the sides of the box between the neighbours, by the front's range") {
  const std::vector<Objectives> front = {{0, 10}, {1, 6}, {4, 5}, {10, 0}};
  const auto distances = crowding_distances(front);
  CHECK(std::isinf(distances[0]));
  CHECK(distances[1] == Approx(0.4 + 0.5));
  CHECK(distances[2] == Approx(0.9 + 0.6));
  CHECK(std::isinf(distances[3]));
  CHECK(crowding_distances(std::vector<Objectives>{}).empty());
  for (const double d : crowding_distances(std::vector<Objectives>{{1, 1}, {1, 1}, {1, 1}}))
    CHECK(!std::isnan(d));
}
