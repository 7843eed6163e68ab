#include "sim/campaign/stop_monitor.hpp"

#include <catch2/catch.hpp>

#include "tests/support/hand_campaign.hpp"

using namespace campaign_sim;
using testing::HandCampaign;

TEST_CASE("the meter is read only when a budget could be spent") {
  HandCampaign campaign{1, 1, Watts{100}};  // at most 500 W
  campaign.scenario.stop.energy = Joules{10'000};
  Joules metered;
  int readings = 0;
  StopMonitor monitor{campaign.scenario, [&] {
                        ++readings;
                        return std::vector{metered};
                      }};
  CampaignState state;
  state.busy.resize(1);
  const auto met = [&](double now_s, double energy_j) {
    state.now = Seconds{now_s};
    metered = Joules{energy_j};
    return std::string{monitor.met(state)};
  };
  CHECK(met(1, 200).empty());
  CHECK(readings == 1);
  // 9,800 J are left: 19.6 s at the very least.
  CHECK(met(20, 4'000).empty());
  CHECK(readings == 1);
  CHECK(met(20.7, 4'100).empty());
  CHECK(readings == 2);
  CHECK(met(40, 10'000) == "energy");
  CHECK(met(41, 10'000) == "energy");  // and stays so
}

TEST_CASE("budgets that cost nothing do not read the meter") {
  HandCampaign campaign;
  campaign.scenario.stop.time = Seconds{10};
  campaign.scenario.stop.no_improvement = 3;
  StopMonitor monitor{campaign.scenario, []() -> std::vector<Joules> { throw std::logic_error{"was read"}; }};
  CampaignState state;
  CHECK(monitor.met(state).empty());
  state.rested = 7;
  state.rested_at_best = 5;
  CHECK(monitor.met(state).empty());
  state.rested = 8;
  CHECK(monitor.met(state) == "no_improvement");
  state.now = Seconds{10};
  CHECK(monitor.met(state) == "time");
}
