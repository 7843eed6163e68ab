#include "analysis/anytime.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "sim/core/expect.hpp"
#include "tests/support/shared_data.hpp"

using namespace campaign_sim;

namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

// Equal within the golden table's relative tolerance; null stands for NaN there.
void check_equal(double actual, const nlohmann::json& expected) {
  if (expected.is_null() || std::isnan(expected.get<double>()))
    CHECK(std::isnan(actual));
  else
    CHECK(actual == Approx(expected.get<double>()).epsilon(1e-9));
}

void check_equal(const std::vector<double>& actual, const nlohmann::json& expected) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) check_equal(actual[i], expected[i]);
}

}  // namespace

TEST_CASE("anytime curves are those of the golden table") {
  const auto table = testing::oracle("anytime_curves");
  if (!table) return;
  std::size_t cases = 0;
  for (const auto& given : table->at("cases")) {
    INFO("case " << cases++);
    const auto& expected = given.at("expected");
    const auto grid = given.at("grid").get<std::vector<double>>();
    std::vector<std::vector<Completion>> runs;
    for (const auto& run : given.at("runs")) {
      auto& completions = runs.emplace_back();
      for (std::size_t i = 0; i < run.at("time").size(); ++i)
        completions.push_back({run.at("time")[i], run.at("value")[i]});
    }

    for (std::size_t r = 0; r < runs.size(); ++r) {
      check_equal(best_so_far(runs[r], grid), expected.at("best_so_far")[r]);
      check_equal(area_under_best(runs[r], expected.at("lo"), expected.at("hi")),
                  expected.at("area_lo_hi")[r]);
    }
    const AnytimeCurve curve = anytime_curve(runs, grid);
    check_equal(curve.mean, expected.at("mean"));
    check_equal(curve.median, expected.at("median"));
    check_equal(curve.standard_error, expected.at("sem"));
  }
  CHECK(cases == table->at("n_cases"));
}

TEST_CASE("a result counts from the moment it is complete and not before") {
  const std::vector<Completion> run = {{5, 0.2}, {2, 0.9}};  // in any order
  const std::vector<double> grid = {1, 2, 4.999, 5, 9};
  const auto best = best_so_far(run, grid);
  CHECK(std::isnan(best[0]));
  CHECK(best[1] == 0.9);
  CHECK(best[2] == 0.9);
  CHECK(best[3] == 0.2);
  CHECK(best[4] == 0.2);
}

TEST_CASE("a failed trial never becomes the best") {
  const std::vector<Completion> run = {{1, nan_value}, {2, 3.0}, {3, nan_value}};
  const std::vector<double> grid = {1, 2, 3};
  const auto best = best_so_far(run, grid);
  CHECK(std::isnan(best[0]));
  CHECK(best[1] == 3.0);
  CHECK(best[2] == 3.0);
}

TEST_CASE("the area is exact between grid points and unknown before the first result") {
  const std::vector<Completion> run = {{1, 4.0}, {3, 1.0}, {7, 0.0}};
  CHECK(area_under_best(run, 1, 5) == Approx(4 * 2 + 1 * 2));
  CHECK(area_under_best(run, 2, 2) == 0);
  CHECK(area_under_best(run, 3, 7) == Approx(4));
  CHECK(area_under_best(run, 1, 8) == Approx(8 + 4 + 0));
  CHECK(std::isnan(area_under_best(run, 0, 5)));
  CHECK(std::isnan(area_under_best({}, 0, 5)));
}

TEST_CASE("runs without a result yet are left out of the mean, and one run has no standard error") {
  const std::vector<std::vector<Completion>> runs = {{{1, 2.0}}, {{2, 4.0}}};
  const std::vector<double> grid = {0, 1, 2};
  const AnytimeCurve curve = anytime_curve(runs, grid);
  CHECK(std::isnan(curve.mean[0]));
  CHECK(std::isnan(curve.median[0]));
  CHECK(curve.mean[1] == 2);
  CHECK(std::isnan(curve.standard_error[1]));
  CHECK(curve.mean[2] == 3);
  CHECK(curve.median[2] == 3);
  CHECK(curve.standard_error[2] == Approx(1));
}

TEST_CASE("a grid that does not ascend is our mistake") {
  const std::vector<double> grid = {2, 1};
  CHECK_THROWS_AS(best_so_far({}, grid), InternalError);
}
