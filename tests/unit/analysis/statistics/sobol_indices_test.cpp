#include "analysis/statistics/sobol_indices.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

using namespace campaign_sim::statistics;

namespace {

std::vector<double> ishigami(std::size_t n) {
  std::vector<double> outputs;
  for (const auto& point : sobol_design(3, n, 1)) {
    std::vector<double> x;
    for (const double u : point) x.push_back(std::numbers::pi * (2 * u - 1));
    outputs.push_back(std::sin(x[0]) + 7 * std::pow(std::sin(x[1]), 2) +
                      0.1 * std::pow(x[2], 4) * std::sin(x[0]));
  }
  return outputs;
}

}  // namespace

// Ishigami & Homma, 1990, with a = 7 and b = 0.1, whose indices are known: first order 0.3139, 0.4424 and 0;
// total 0.5576, 0.4424 and 0.2437 (Saltelli et al., "Global Sensitivity Analysis", 2008, section 4.6).
TEST_CASE("Sobol indices of the Ishigami function are the known ones") {
  const auto indices = sobol_indices(ishigami(20'000), 3);
  const std::vector<double> first = {0.3139, 0.4424, 0};
  const std::vector<double> total = {0.5576, 0.4424, 0.2437};
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(indices[i].first_order == Approx(first[i]).margin(0.03));
    CHECK(indices[i].total == Approx(total[i]).margin(0.03));
  }
}

TEST_CASE("what all outputs have in common is in no Sobol index") {
  std::vector<double> outputs = ishigami(64);
  const auto indices = sobol_indices(outputs, 3);
  for (double& output : outputs) output += 10'000;
  const auto offset = sobol_indices(outputs, 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(offset[i].first_order == Approx(indices[i].first_order).epsilon(1e-9).margin(1e-9));
    CHECK(offset[i].total == Approx(indices[i].total).epsilon(1e-9).margin(1e-9));
  }
}

TEST_CASE("an output that never varies has no indices") {
  const std::vector<double> outputs(4 * 8, 3.0);
  CHECK(std::isnan(sobol_indices(outputs, 2)[0].total));
}
