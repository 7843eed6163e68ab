// DEHB and BOHB on simulated workers. DEHB's decisions, one by one: worked_sequences_test.cpp.
#include <catch2/catch.hpp>
#include <map>
#include <utility>

#include "sim/search/strategy_makers.hpp"
#include "tests/support/simulated_search.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

TEST_CASE("DEHB and BOHB find better configurations than as many random ones") {
  for (const auto maker : {make_dehb, make_bohb}) {
    int better = 0;
    for (const auto seed : {1, 2, 3, 4, 5, 6, 7}) {
      auto search = search_of_a_bowl();
      search.seed = static_cast<std::uint64_t>(seed);
      better += best_loss(search, search.run(maker, "{eta: 3}")) < best_of_random(search) ? 1 : 0;
    }
    CHECK(better >= 6);  // by chance, with probability 8/128 at most
  }
}

TEST_CASE("BOHB runs HpBandSter's brackets") {
  auto search = search_of_a_bowl();
  search.workers = 1;
  search.trials = 9 + 3 + 3;
  const auto run = search.run(make_bohb, "{eta: 3}");
  std::map<std::pair<Resource, Resource>, int> jobs;
  for (const auto& job : run.jobs) ++jobs[{job.from, job.to}];
  CHECK(jobs == std::map<std::pair<Resource, Resource>, int>{
                    {{0, 1}, 9}, {{1, 3}, 3}, {{3, 9}, 2}, {{0, 3}, 3}, {{0, 9}, 3}});
}
