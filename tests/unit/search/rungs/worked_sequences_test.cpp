// PASHA, DEHB and asynchronous Hyperband, decision by decision, as their papers' rules give them by hand: one
// worker, eta = 3, r = 1, and losses chosen so that every branch is taken.
#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "sim/search/strategy_makers.hpp"
#include "tests/support/make_strategy.hpp"
#include "tests/support/read_sampler.hpp"
#include "tests/support/simulated_workers.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

struct Step {
  std::uint32_t trial;
  Resource from;
  Resource to;
  bool operator==(const Step&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << "trial " << step.trial << ": " << step.from << " to " << step.to;
}

std::vector<Step> steps_of(StrategyMaker maker, Resource largest, std::uint32_t trials,
                           const std::function<double(std::size_t trial, Resource)>& loss) {
  const Space space = space_from("{x: {float: [0, 1]}}");
  const auto strategy = strategy_from(maker, "{eta: 3}", {space, "epoch", 1, largest, trials, 5});
  SimulatedWorkers setup;
  setup.loss = [&](TrialId trial, const Configuration&, Resource r) { return loss(index(trial), r); };
  std::vector<Step> steps;
  const SimulatedRun result = run(*strategy, setup);
  CHECK(result.finished);
  for (const auto& job : result.jobs) steps.push_back({job.trial, job.from, job.to});
  return steps;
}

}  // namespace

TEST_CASE("asynchronous Hyperband by hand: ASHA's promotions in the bracket whose turn it is") {
  // Li et al., JMLR 2018, algorithm 1: brackets of 9 from 1, ceil(3/2 * 3) = 5 from 3, and 3 from 9. In each
  // Li et al., MLSys 2020, algorithm 2: of n at a rung the best floor(n / 3) move on, the highest rung first.
  const std::vector<double> loss = {0.9,  0.5,  0.7,  0.4,  0.8,  0.6,  0.3,  0.2,  0.1,
                                    0.55, 0.65, 0.45, 0.35, 0.75, 0.01, 0.02, 0.03, 0.95};
  const std::vector<Step> by_hand = {
      {0, 0, 1},  {1, 0, 1},                           //
      {2, 0, 1},  {1, 1, 3},                           // the best of three
      {3, 0, 1},  {3, 1, 3},                           // the best of four
      {4, 0, 1},  {5, 0, 1},                           // the best two of six have gone
      {6, 0, 1},  {6, 1, 3},  {6, 3, 9},               // then the best of three at 3
      {7, 0, 1},  {7, 1, 3},  {7, 3, 9},               //
      {8, 0, 1},  {8, 1, 3},  {8, 3, 9},               // nine started: the next bracket's turn
      {9, 0, 3},  {10, 0, 3}, {11, 0, 3}, {11, 3, 9},  // its rungs count their own trials alone
      {12, 0, 3}, {12, 3, 9}, {13, 0, 3},              // five
      {14, 0, 9}, {15, 0, 9}, {16, 0, 9},              // three, and the first bracket again:
      {17, 0, 1},                                      // ten are there, and the best three have gone
  };
  CHECK(steps_of(make_asynchronous_hyperband, 9, 18,
                 [&](std::size_t trial, Resource) { return loss[trial]; }) == by_hand);
}

TEST_CASE("PASHA by hand: a rung is added when two trials change places at the top one") {
  // Bohdal et al., ICLR 2023, algorithm 1. No pair of curves crosses and crosses back, so epsilon is zero.
  const auto loss = [](std::size_t trial, Resource r) {
    static const std::vector<double> at_1 = {0.9, 0.5, 0.7, 0.4, 0.8, 0.6, 0.3, 0.2, 0.1};
    static const std::vector<double> at_3 = {1, 0.4, 1, 0.45, 1, 1, 0.35, 0.33, 0.1};
    static const std::vector<double> at_9 = {1, 1, 1, 1, 1, 1, 0.30, 0.32, 0.1};
    return (r < 3 ? at_1 : r < 9 ? at_3 : at_9)[trial];
  };
  const std::vector<Step> by_hand = {
      {0, 0, 1}, {1, 0, 1},                        //
      {2, 0, 1}, {1, 1, 3},                        // one at the top rung, 3: stable
      {3, 0, 1}, {3, 1, 3},                        // 3 before 1 at rung 1, behind it at rung 3: 9 is added
      {4, 0, 1}, {5, 0, 1},                        // the best two of six have gone
      {6, 0, 1}, {6, 1, 3}, {6, 3, 9},             // best of three at 3: the added rung is there
      {7, 0, 1}, {7, 1, 3}, {7, 3, 9},             // 7 before 6 at 3, behind it at 9: 27 is added
      {8, 0, 1}, {8, 1, 3}, {8, 3, 9}, {8, 9, 27}  // best of three at 9
  };
  CHECK(steps_of(make_pasha, 27, 9, loss) == by_hand);

  // The same without a change of places: no trial goes beyond 3.
  auto steady = by_hand;
  std::erase_if(steady, [](const Step& step) { return step.to > 3; });
  CHECK(steps_of(make_pasha, 27, 9, [&](std::size_t trial, Resource) { return loss(trial, 1); }) == steady);
}

TEST_CASE("DEHB by hand: promotions in the first Hyperband, children that train from nothing after it") {
  // Awad et al., IJCAI 2021, section 4: brackets 9-3-1, 3-1 and 3. A child takes its target's place where it
  // is no worse: of 9, 10 and 11, which meet 8, 7 and 6 at resource 3, only 10 is.
  const std::vector<double> loss = {0.9, 0.5, 0.7, 0.4, 0.8, 0.6, 0.3, 0.2, 0.1, 0.15, 0.15, 0.35};
  std::vector<Step> by_hand;
  for (std::uint32_t trial = 0; trial < 9; ++trial) by_hand.push_back({trial, 0, 1});
  const std::vector<Step> first_hyperband = {
      {8, 1, 3},  {7, 1, 3},  {6, 1, 3},  {8, 3, 9},   // the best three, the best one
      {9, 0, 3},  {10, 0, 3}, {11, 0, 3}, {10, 3, 9},  // 8 has gone up, 7 has lost its place to 10
      {12, 0, 9}, {13, 0, 9}, {14, 0, 9}};
  by_hand.insert(by_hand.end(), first_hyperband.begin(), first_hyperband.end());
  for (std::uint32_t trial = 15; trial < 24; ++trial) by_hand.push_back({trial, 0, 1});
  for (std::uint32_t trial = 24; trial < 27; ++trial) by_hand.push_back({trial, 0, 3});
  by_hand.push_back({27, 0, 9});
  CHECK(steps_of(make_dehb, 9, 28, [&](std::size_t trial, Resource) {
          return trial < loss.size() ? loss[trial] : 0.5;
        }) == by_hand);
}
