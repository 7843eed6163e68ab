#include "sim/search/model/quick_order.hpp"

#include <catch2/catch.hpp>

using namespace campaign_sim;

TEST_CASE("equal numbers stand where NumPy's argsort leaves them") {
  // Printed by numpy.argsort, NumPy 1.24.2. Up to 16 numbers are sorted by insertion, which is stable.
  const std::vector<double> numbers = {3, 1, 3, 2, 0, 1, 3, 2, 2, 1, 0, 3, 1, 2, 0, 3, 1};
  CHECK(quick_order(std::span{numbers}.first(16)) ==
        std::vector<std::size_t>{4, 10, 14, 1, 5, 9, 12, 3, 7, 8, 13, 0, 2, 6, 11, 15});
  CHECK(quick_order(numbers) ==
        std::vector<std::size_t>{14, 4, 10, 16, 1, 5, 12, 9, 13, 8, 7, 3, 11, 6, 2, 15, 0});
  std::vector<double> more;
  for (int i = 0; i < 40; ++i) more.push_back(i * 7 % 5);
  CHECK(quick_order(more) == std::vector<std::size_t>{0,  20, 15, 30, 10, 25, 35, 5,  23, 8,  33, 28, 13, 3,
                                                      38, 18, 6,  21, 1,  36, 16, 26, 11, 31, 34, 29, 19, 14,
                                                      9,  4,  24, 39, 27, 22, 17, 12, 32, 7,  2,  37});
}
