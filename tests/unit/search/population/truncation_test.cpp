#include "sim/search/population/truncation.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/support/shared_data.hpp"

using namespace campaign_sim;

TEST_CASE("population based training exploits and explores as in the golden tables") {
  const auto golden = testing::oracle("pbt_rules");
  if (!golden) return;
  for (const auto& c : golden->at("cases")) {
    INFO(c.dump());
    const auto& expected = c.at("expected");
    if (c.at("kind") == "quantiles") {
      auto losses = c.at("score").get<std::vector<double>>();
      if (c.at("higher_is_better").get<bool>()) std::ranges::transform(losses, losses.begin(), std::negate{});
      const auto found = quantiles(losses, c.at("quantile_fraction"));
      CHECK(found.bottom == expected.at("bottom").get<std::vector<std::size_t>>());
      CHECK(found.top == expected.at("top").get<std::vector<std::size_t>>());
    } else if (c.at("kind") == "perturb") {
      const double value = c.at("value"), factor = c.at("factor");
      const bool integer = c.at("int");
      CHECK(perturb_clipped(value, factor, c.at("lo"), c.at("hi"), integer) ==
            Approx(expected.at("syne_tune").get<double>()).epsilon(1e-12).margin(0));
      CHECK(perturb_unclipped(value, factor, integer) ==
            Approx(expected.at("ray").get<double>()).epsilon(1e-12).margin(0));
    } else {
      REQUIRE(c.at("kind") == "shift");
      const auto choices = c.at("choices").get<std::vector<int>>();
      const auto old = std::ranges::find(choices, c.at("old").get<int>()) - choices.begin();
      CHECK(choices[shift_choice(static_cast<std::size_t>(old), c.at("shift"), choices.size())] ==
            expected.at("ray").get<int>());
    }
  }
}

TEST_CASE("a diverged member is the worst of its population") {
  const std::vector<double> losses = {0.5, std::numeric_limits<double>::infinity(), 0.1, 0.3};
  const auto found = quantiles(losses, 0.25);
  CHECK(found.bottom == std::vector<std::size_t>{1});
  CHECK(found.top == std::vector<std::size_t>{2});
}

TEST_CASE("members with equal losses stand in the order of the trials") {
  // Ascending scores, equal ones as they came (a stable sort): the first are replaced, the last are copied.
  const auto all = quantiles(std::vector<double>(5, 0.3), 0.4);
  CHECK(all.bottom == std::vector<std::size_t>{0, 1});
  CHECK(all.top == std::vector<std::size_t>{3, 4});
  // ceil(3 · 0.5) = 2 would be more than half: floor(3 / 2) = 1.
  const auto half = quantiles(std::vector{0.2, 0.1, 0.2}, 0.5);
  CHECK(half.bottom == std::vector<std::size_t>{0});
  CHECK(half.top == std::vector<std::size_t>{1});
}
