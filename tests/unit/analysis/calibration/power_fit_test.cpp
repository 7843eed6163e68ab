#include "analysis/calibration/power_fit.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "sim/core/random.hpp"

using namespace campaign_sim;
using namespace campaign_sim::calibration;

namespace {

// Rises steeply, then flattens, as accelerators do.
double known_watts(double utilisation) {
  return utilisation < 0.2 ? 40 + 600 * utilisation : 160 + 100 * (utilisation - 0.2);
}

std::vector<Drawn> noisy_readings(std::size_t count, double from, double to, double noise_w) {
  const RandomStream draws{11, Purpose::resampling, 1};
  std::vector<Drawn> readings;
  for (std::size_t i = 0; i < count; ++i) {
    const double u = from + (to - from) * static_cast<double>(i) / static_cast<double>(count - 1);
    readings.push_back({u, known_watts(u) + noise_w * draws.normal(i)});
  }
  return readings;
}

}  // namespace

TEST_CASE("a known power curve comes back from noisy readings") {
  const auto fit = fit_power(noisy_readings(2000, 0, 1, 5), 0);
  REQUIRE(fit);
  CHECK(fit->rest_seen);
  for (double u = 0; u <= 1; u += 0.05) CHECK(fit->watts(u) == Approx(known_watts(u)).margin(5));
  CHECK(fit->rmse_w == Approx(5).margin(0.7));
  CHECK(fit->r2 > 0.98);
  CHECK(fit->lowest == 0);
  CHECK(fit->highest == 1);
  CHECK(fit->readings == 2000);
}

TEST_CASE("exact readings at a few levels are met exactly") {
  const std::vector<Drawn> readings = {{0, 50}, {0.25, 100}, {0.5, 130}, {1, 200}, {0.5, 130}};
  const auto fit = fit_power(readings, 0);
  REQUIRE(fit);
  for (const Drawn& one : readings) CHECK(fit->watts(one.utilisation) == Approx(one.watts));
  CHECK(fit->rmse_w == Approx(0).margin(1e-6));
  CHECK(fit->r2 == Approx(1));
}

TEST_CASE("a fitted curve never falls") {
  const std::vector<Drawn> readings = {{0, 50}, {0.3, 120}, {0.6, 100}, {1, 150}};
  const auto fit = fit_power(readings, 0);
  REQUIRE(fit);
  for (std::size_t i = 1; i < fit->points.size(); ++i) {
    CHECK(fit->points[i].utilisation > fit->points[i - 1].utilisation);
    CHECK(fit->points[i].watts >= fit->points[i - 1].watts);
  }
  CHECK(fit->watts(0.45) == Approx(110));  // the mean of the two that fall
}

TEST_CASE("outside what was read a curve is held level above and runs to the given rest below") {
  const auto fit = fit_power(noisy_readings(500, 0.3, 0.6, 0), 40);
  REQUIRE(fit);
  CHECK_FALSE(fit->rest_seen);
  CHECK(fit->points.front().watts == 40);
  CHECK(fit->watts(1) == fit->watts(0.6));
  CHECK(fit->points.back().utilisation == 1);
  CHECK(fit->lowest == Approx(0.3));
  CHECK(fit->highest == Approx(0.6));
}

TEST_CASE("one utilisation is no curve") {
  CHECK_FALSE(fit_power(std::vector<Drawn>{{0.9, 200}, {0.9, 201}}, 40));
  CHECK_FALSE(fit_power(std::vector<Drawn>{{0, 40}, {0, 41}}, 40));
  CHECK(fit_power(std::vector<Drawn>{{0, 40}, {1, 200}}, 40));
}
