#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/calendar.hpp"
#include "sim/core/step_series.hpp"

using namespace campaign_sim;

TEST_CASE("instants are read and written as ISO 8601 has them") {
  CHECK(parse_instant("1970-01-01") == 0.0);
  CHECK(parse_instant("2023-07-01T00:00") == 1688169600.0);  // `date -u -d 2023-07-01 +%s`
  CHECK(parse_instant("2023-07-01 02:00:00+02:00") == 1688169600.0);
  CHECK(parse_instant("2023-06-30T19:00:00-0500") == 1688169600.0);
  CHECK(parse_instant("2024-02-29T12:00Z") == 1709208000.0);
  CHECK(write_instant(1709208000.0) == "2024-02-29T12:00:00Z");
  CHECK(write_instant(-1) == "1969-12-31T23:59:59Z");
  for (const char* wrong :
       {"", "2023", "2023-02-29", "2023-13-01", "2023-07-01T24:00", "01.07.2023", "2023-07-01Tnoon"})
    CHECK_FALSE(parse_instant(wrong));
  for (double day = -1000; day < 40000; day += 13)
    CHECK(parse_instant(write_instant(day * 86400)) == day * 86400);
}

TEST_CASE("the clock knows the day of the week at an offset from UTC") {
  CHECK(clock_time(*parse_instant("2023-07-01T00:00"), 0).weekday == 5);  // a Saturday
  CHECK(clock_time(*parse_instant("2023-06-30T23:00"), 3600).weekday == 5);
  CHECK(clock_time(*parse_instant("2023-06-30T23:30"), 3600).second == 1800);
}

TEST_CASE("the integral of a step series is exact, within a step and across many") {
  const StepSeries series{{0, 10, 25, 40}, {1, -2, 4, 8}, 50};
  CHECK(series.integral(2, 7) == 5);
  CHECK(series.integral(5, 30) == 1 * 5 + -2 * 15 + 4 * 5);
  CHECK(series.integral(0, 50) == 10 - 30 + 60 + 80);
  CHECK(series.integral(25, 25) == 0);
  CHECK(series.at(10) == -2);
  CHECK(series.at(9.999) == 1);
  CHECK(series.mean() == Approx(120.0 / 50));
}

TEST_CASE("a short interval late in a long series loses nothing to cancellation") {
  std::vector<double> starts;
  std::vector<double> values;
  for (int hour = 0; hour < 8760 * 3; ++hour) {
    starts.push_back(1.6e9 + hour * 3600.0);
    values.push_back(300 + 200 * std::sin(hour * 0.26));
  }
  const StepSeries series{starts, values, starts.back() + 3600};
  for (int hour = 100; hour < 8760 * 3 - 5; hour += 991) {
    const auto i = static_cast<std::size_t>(hour);
    const double from = starts[i] + 1800;
    const double by_hand = values[i] * 1800 + values[i + 1] * 3600 + values[i + 2] * 3600 + values[i + 3] * 7;
    CHECK(series.integral(from, starts[i + 3] + 7) == Approx(by_hand).epsilon(1e-12));
    CHECK(series.integral(from, from + 0.5) == Approx(values[i] * 0.5).epsilon(1e-12));
  }
}

TEST_CASE("the product of two series changes where either does") {
  const StepSeries a{{0, 10}, {2, 3}, 20};
  const StepSeries b{{5, 12}, {10, 100}, 30};
  const StepSeries both = product(a, b);
  CHECK(both.begin() == 5);
  CHECK(both.end() == 20);
  CHECK(both.integral(5, 20) == 20 * 5 + 30 * 2 + 300 * 8);
}
