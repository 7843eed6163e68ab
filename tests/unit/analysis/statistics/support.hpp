// Comparing with golden tables of statistics.
#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

namespace campaign_sim::testing {

inline double number_of(const nlohmann::json& value) {
  if (value.is_string()) return value == "inf" ? INFINITY : value == "-inf" ? -INFINITY : std::nan("");
  return value.get<double>();
}

// Equal to a relative tolerance; NaN and infinities only to themselves.
inline void check_close(double actual, const nlohmann::json& expected, double relative) {
  const double wanted = number_of(expected);
  if (!std::isfinite(wanted)) {
    CHECK((actual == wanted || (std::isnan(actual) && std::isnan(wanted))));
    return;
  }
  INFO("actual " << actual << ", expected " << wanted);
  CHECK(std::abs(actual - wanted) <= relative * std::max(std::abs(wanted), 1e-3));
}

inline std::vector<double> numbers_of(const nlohmann::json& list) {
  std::vector<double> numbers;
  for (const auto& value : list) numbers.push_back(number_of(value));
  return numbers;
}

}  // namespace campaign_sim::testing
