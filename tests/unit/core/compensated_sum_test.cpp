#include "sim/core/compensated_sum.hpp"

#include <catch2/catch.hpp>

using campaign_sim::CompensatedSum;

TEST_CASE("small terms are not lost beside large ones") {
  CompensatedSum sum;
  for (const double term : {1.0, 1e100, 1.0, -1e100}) sum.add(term);  // Neumaier's example: plain sums give 0
  CHECK(sum.value() == 2);
}

TEST_CASE("a million tenths are a hundred thousand") {
  CompensatedSum sum;
  double plain = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    sum.add(0.1);
    plain += 0.1;
  }
  CHECK(sum.value() == Approx(100'000).epsilon(1e-16).margin(1e-10));
  CHECK(plain != Approx(100'000).epsilon(1e-16).margin(1e-10));
}
