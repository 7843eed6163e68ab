#include "analysis/statistics/pareto.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/shared_data.hpp"
#include "tests/unit/analysis/statistics/support.hpp"

using namespace campaign_sim;
using namespace campaign_sim::statistics;

TEST_CASE("ranks, fronts, volumes and crowding are those of the golden table") {
  const auto table = testing::oracle("pareto");
  if (!table) return;
  std::size_t cases = 0;
  for (const auto& given : table->at("cases")) {
    INFO("case " << cases++);
    const auto points = given.at("points").get<std::vector<Point>>();
    const auto& expected = given.at("expected");
    CHECK(pareto_ranks(points) == expected.at("rank").get<std::vector<std::size_t>>());
    CHECK(pareto_front(points) == expected.at("front").get<std::vector<std::size_t>>());
    testing::check_close(hypervolume(points, given.at("reference").get<Point>()), expected.at("hypervolume"),
                         1e-9);
    if (!expected.contains("crowding_first_front")) continue;
    const auto front = pareto_front(points);
    std::vector<Point> on_front;
    for (const std::size_t i : front) on_front.push_back(points[i]);
    const auto crowding = crowding_distances(on_front);
    CHECK(expected.at("crowding_first_front").size() == front.size());
    for (std::size_t i = 0; i < front.size(); ++i)
      testing::check_close(crowding[i], expected.at("crowding_first_front").at(std::to_string(front[i])),
                           1e-9);
  }
  CHECK(cases == table->at("n_cases"));
}

TEST_CASE("equal points are on one front, and a point beyond the reference adds no volume") {
  const std::vector<Point> points = {{1, 1}, {1, 1}, {0, 9}};
  CHECK(pareto_front(points) == std::vector<std::size_t>{0, 1, 2});
  CHECK(hypervolume(points, {2, 3}) == Approx(2));
  CHECK(hypervolume({}, {2, 3}) == 0);
}
