// Sobol's and Halton's sequences and the Latin hypercube: exact points, and that they are even.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/core/random.hpp"
#include "sim/search/model/halton.hpp"
#include "sim/search/model/latin_hypercube.hpp"
#include "sim/search/model/sobol.hpp"
#include "tests/support/discrepancy.hpp"
#include "tests/support/shared_data.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

template <class Sequence>
PointSet first_points(const Sequence& sequence, std::size_t n) {
  PointSet points;
  for (std::size_t k = 0; k < n; ++k) points.push_back(sequence.point(k));
  return points;
}

// Whether each of `strata` equal parts of each dimension holds equally many points.
bool is_stratified(const PointSet& points, std::size_t strata) {
  for (std::size_t d = 0; d < points.front().size(); ++d) {
    std::vector<std::size_t> held(strata, 0);
    for (const auto& point : points)
      ++held.at(static_cast<std::size_t>(point[d] * static_cast<double>(strata)));
    if (std::ranges::count(held, points.size() / strata) != static_cast<std::ptrdiff_t>(strata)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("Sobol's and Halton's points agree with the golden table") {
  const auto family = testing::oracle("qmc_sequences");
  if (!family) return;
  for (const auto& c : family->at("cases")) {
    const std::size_t dimensions = c.at("dim");
    const bool sobol = c.at("kind") == "sobol";
    const auto points = sobol ? first_points(SobolSequence{dimensions}, c.at("n"))
                              : first_points(HaltonSequence{dimensions}, c.at("n"));
    CAPTURE(sobol, dimensions);
    for (std::size_t k = 0; k < points.size(); ++k)
      for (std::size_t d = 0; d < dimensions; ++d)
        CHECK(std::abs(points[k][d] - c.at("points")[k][d].get<double>()) <= 1e-15);
  }
}

TEST_CASE("discrepancies agree with the golden table") {
  const auto family = testing::oracle("discrepancy");
  if (!family) return;
  for (const auto& c : family->at("cases")) {
    const auto random = c.at("random").get<PointSet>();
    const auto& expected = c.at("expected");
    const auto near = [&](const char* key) { return Approx(expected.at(key).get<double>()).epsilon(1e-12); };
    const auto sobol = first_points(SobolSequence{c.at("sobol_first_n")[1]}, c.at("sobol_first_n")[0]);
    CHECK(centred_discrepancy(sobol) == near("cd_sobol"));
    CHECK(centred_discrepancy(random) == near("cd_random"));
    CHECK(mixture_discrepancy(random) == near("md_random"));
    CHECK(l2_star_discrepancy(random) == near("l2star_random"));
  }
}

TEST_CASE("the discrepancies of a single point follow from their definitions") {
  // Hickernell 1998, with x = 1/2 in one dimension.
  CHECK(centred_discrepancy({{0.5}}) == Approx(13.0 / 12 - 2 + 1));
  CHECK(wraparound_discrepancy({{0.3}}) == Approx(1.5 - 4.0 / 3));
  CHECK(mixture_discrepancy({{0.5}}) == Approx(19.0 / 12 - 2 * 5.0 / 3 + 15.0 / 8));
  // ∫ (1[x < t] - t)² dt = 1/3 - (1 - x²) + (1 - x)
  CHECK(l2_star_discrepancy({{0.5}}) == Approx(std::sqrt(1.0 / 3 - 0.75 + 0.5)));
}

TEST_CASE("the discrepancies of very even points are SciPy's to the last digits") {
  // Printed by scipy.stats.qmc.discrepancy, SciPy 1.10.1. The parts cancel to a ten-thousandth.
  const auto points = first_points(SobolSequence{4}, 256);
  const auto near = [](double value) { return Approx(value).epsilon(1e-12); };
  CHECK(centred_discrepancy(points) == near(0.00012570491511532111));
  CHECK(mixture_discrepancy(points) == near(0.0003186465411246786));
  CHECK(l2_star_discrepancy(points) == near(0.005123310002770821));
  CHECK(wraparound_discrepancy(points) == near(0.0002772855383157413));
}

TEST_CASE("Sobol's sequence is stratified in all its dimensions") {
  // Every coordinate of the first 2^m points is a permutation of the multiples of 2^-m: this holds for a
  // dimension only if its polynomial is of the degree claimed and its initial integers are odd and small.
  CHECK(is_stratified(first_points(SobolSequence{SobolSequence::most_dimensions}, 4096), 4096));
}

TEST_CASE("scrambling keeps Sobol's sequence stratified and makes it another one") {
  const auto plain = first_points(SobolSequence{8}, 256);
  const auto one = first_points(SobolSequence{8, 1}, 256);
  const auto two = first_points(SobolSequence{8, 2}, 256);
  CHECK(one == first_points(SobolSequence{8, 1}, 256));
  CHECK(one != two);
  CHECK(one != plain);
  CHECK(is_stratified(one, 256));
  CHECK(is_stratified(two, 256));
  // The pair of the first two dimensions is a net as well: 16 × 16 boxes hold one point each.
  std::set<std::pair<int, int>> boxes;
  for (const auto& point : one)
    boxes.insert({static_cast<int>(point[0] * 16), static_cast<int>(point[1] * 16)});
  CHECK(boxes.size() == 256);
}

TEST_CASE("scrambling keeps Halton's sequence stratified in each prime base") {
  const HaltonSequence sequence{3, 7};
  PointSet points = first_points(sequence, 900);  // 30²: a multiple of 4, 9 and 25
  const std::size_t strata[] = {4, 9, 25};
  for (std::size_t d = 0; d < 3; ++d) {
    PointSet column;
    for (const auto& point : points) column.push_back({point[d]});
    CHECK(is_stratified(column, strata[d]));
  }
  CHECK(points != first_points(HaltonSequence{3}, 900));
  CHECK(points != first_points(HaltonSequence{3, 8}, 900));
}

TEST_CASE("a Latin hypercube has one point in each stratum of each dimension") {
  for (const std::size_t n : {1, 2, 7, 100}) {
    const auto design = latin_hypercube(n, 5, 3);
    REQUIRE(design.size() == n);
    CHECK(is_stratified(design, n));
    if (n > 2) CHECK(design != latin_hypercube(n, 5, 3, 1));
  }
}

TEST_CASE("designs are more even than random points") {
  PointSet random;
  for (std::uint64_t k = 0; k < 128; ++k) {
    const RandomStream draws{5, Purpose::sampler, k};
    random.push_back({draws.uniform(0), draws.uniform(1), draws.uniform(2)});
  }
  const double of_random = centred_discrepancy(random);
  CHECK(centred_discrepancy(latin_hypercube(128, 3, 5)) < of_random);
  CHECK(centred_discrepancy(first_points(SobolSequence{3, 5}, 128)) < 0.1 * of_random);
  CHECK(centred_discrepancy(first_points(HaltonSequence{3, 5}, 128)) < 0.2 * of_random);
}
