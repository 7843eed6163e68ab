#include "sim/search/population/population.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/shared_data.hpp"

using namespace campaign_sim;

TEST_CASE("regularized evolution chooses parents and removes members as in the golden tables") {
  const auto golden = testing::oracle("regularized_evolution");
  if (!golden) return;
  for (const auto& c : golden->at("cases")) {
    AgingPopulation population{c.at("population").get<std::size_t>()};
    std::uint32_t child = 0;
    for (const auto& step : c.at("steps")) {
      CAPTURE(c.at("population"), child);
      if (step[1].is_null()) {
        CHECK_FALSE(population.full());
      } else {
        REQUIRE(population.full());
        const auto sampled = step[1].get<std::vector<std::size_t>>();
        CHECK(index(population.parent(sampled).trial) == step[2].get<std::uint32_t>());
      }
      const auto removed = population.join({TrialId{child++}, step[0].get<double>()});
      REQUIRE(removed.has_value() == !step[3].is_null());
      if (removed) CHECK(index(removed->trial) == step[3].get<std::uint32_t>());
    }
    std::vector<std::uint32_t> left;
    for (const auto& member : population.members()) left.push_back(index(member.trial));
    CHECK(left == c.at("final_population").get<std::vector<std::uint32_t>>());
  }
}

TEST_CASE("in a tournament the best of a sample breeds and the worst of another dies") {
  TournamentPopulation population{4};
  for (std::uint32_t i = 0; i < 4; ++i)
    CHECK_FALSE(population.join({TrialId{i}, std::vector{0.3, 0.1, 0.4, 0.1}[i]}, {}));
  CHECK(population.full());
  const std::vector<std::size_t> all = {3, 2, 1, 0};
  CHECK(population.parent(all).trial == TrialId{3});  // a tie: sampled first
  const std::vector<std::size_t> good = {0, 1};
  const auto dead = population.join({TrialId{4}, 0.9}, good);
  REQUIRE(dead);
  CHECK(dead->trial == TrialId{0});
  CHECK(population.members()[0].trial == TrialId{4});  // the child takes its place
  const std::vector<std::size_t> worst = {1, 0, 2};
  CHECK(population.join({TrialId{5}, 0.2}, worst)->trial == TrialId{4});
}

TEST_CASE("samples are uniform, and distinct where they should be") {
  std::vector<int> with(10, 0), without(10, 0);
  for (std::uint64_t k = 0; k < 10'000; ++k) {
    const RandomStream draws{1, Purpose::strategy, k};
    for (const auto i : sample_with_replacement(10, 3, draws, 0)) ++with[i];
    const auto distinct = sample_without_replacement(10, 3, draws, 0);
    CHECK(std::set<std::size_t>(distinct.begin(), distinct.end()).size() == 3);
    for (const auto i : distinct) ++without[i];
  }
  // 30,000 draws of ten positions: five standard deviations are 260.
  for (const int count : with) CHECK(std::abs(count - 3000) < 260);
  for (const int count : without) CHECK(std::abs(count - 3000) < 260);
  const RandomStream draws{1, Purpose::strategy, 0};
  auto everyone = sample_without_replacement(10, 10, draws, 0);
  std::ranges::sort(everyone);
  for (std::size_t i = 0; i < 10; ++i) CHECK(everyone[i] == i);
}
