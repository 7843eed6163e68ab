#include "sim/search/model/acquisition.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/support/shared_data.hpp"

using namespace campaign_sim;

TEST_CASE("the logarithm of the expected improvement agrees with its golden table") {
  const auto family = testing::oracle("log_ei");
  if (!family) return;
  for (const auto& c : family->at("cases")) {
    const double z = c.at("z");
    CAPTURE(z);
    CHECK(log_standard_improvement(z) == Approx(c.at("expected").at("log_h").get<double>()).epsilon(1e-10));
  }
}

TEST_CASE("the slope of the logarithm of the expected improvement is its difference quotient") {
  for (const double z : {3.0, 0.5, -1.0, -1.49, -1.51, -3.0, -10.0, -50.0, -1000.0}) {
    CAPTURE(z);
    const double h = 1e-5;
    const double quotient = (log_standard_improvement(z + h) - log_standard_improvement(z - h)) / (2 * h);
    CHECK(log_standard_improvement_slope(z) == Approx(quotient).epsilon(1e-4));
  }
}

TEST_CASE("the two forms of the expected improvement meet where one takes over from the other") {
  const double above = log_standard_improvement(std::nextafter(-1.5, 0));
  CHECK(log_standard_improvement(-1.5) == Approx(above).epsilon(1e-13));
}

TEST_CASE("a point that is known exactly improves by what it is better") {
  CHECK(expected_improvement({1, 0}, 3) == 2);
  CHECK(expected_improvement({3, 0}, 1) == 0);
  CHECK(probability_of_improvement({1, 0}, 3) == 1);
  CHECK(probability_of_improvement({3, 0}, 3) == 0);
  CHECK(log_expected_improvement({1, 0}, 3) == Approx(std::log(2)));
  CHECK(std::isinf(log_expected_improvement({3, 0}, 3)));
}
