#include "sim/core/units.hpp"

#include <catch2/catch.hpp>
#include <type_traits>

using namespace campaign_sim;

TEST_CASE("quantities of one dimension add and compare, others multiply") {
  CHECK(Seconds{2} + Seconds{3} == Seconds{5});
  CHECK(Watts{700} * Seconds{2} == Joules{1400});
  CHECK(Joules{1400} / Seconds{2} == Watts{700});
  CHECK(Joules{3} / Joules{2} == 1.5);
  CHECK(-Money{2} < Money{0});
  CHECK(Bytes{6} / BytesPerSecond{2} == Seconds{3});
  CHECK(Flops{6} / FlopsPerSecond{3} == Seconds{2});
  CHECK(Joules{2} * KilogramsPerJoule{3} == Kilograms{6});
  CHECK(Joules{2} * MoneyPerJoule{3} == Money{6});
  CHECK(Seconds{2} * MoneyPerSecond{3} == Money{6});
  Joules sum;
  sum += Joules{5};
  sum -= Joules{2};
  CHECK(sum == Joules{3});
  static_assert(!std::is_convertible_v<double, Watts>);
  static_assert(!std::is_invocable_v<std::plus<>, Watts, Joules>);
}

TEST_CASE("hours and kilowatt-hours are those of people") {
  CHECK(hours(2.0_h) == 2);
  CHECK(2.0_h == Seconds{7200});
  CHECK(kwh(Watts{1000} * 1.0_h) == 1);
  CHECK(700.0_w * 2.0_s == 1400.0_j);
}
