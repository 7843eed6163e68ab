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
  const Expenses expenses{campaign.scenario};
  StopMonitor monitor{campaign.scenario, expenses, [&] {
                        ++readings;
                        return std::vector{metered};
                      }};
  CampaignState state;
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
  const Expenses expenses{campaign.scenario};
  StopMonitor monitor{campaign.scenario, expenses,
                      []() -> std::vector<Joules> { throw std::logic_error{"was read"}; }};
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

TEST_CASE("a budget of money counts the price of the purchase, whole hours and stored checkpoints") {
  HandCampaign campaign{1, 2, Watts{0}};
  ClusterSpec& cluster = campaign.scenario.platform.clusters[0];
  cluster.accelerator_price = MoneyPerSecond{3.0 / 3600};
  cluster.spot_price = MoneyPerSecond{1.0 / 3600};
  cluster.owned_price = MoneyPerSecond{0.5 / 3600};
  campaign.scenario.stop.cost = Money{8};
  // Two accelerators: the hour at which 8 are spent, in steps of 100 s.
  const auto spent_at = [&] {
    const Expenses expenses{campaign.scenario};
    StopMonitor monitor{campaign.scenario, expenses, [] { return std::vector<Joules>{Joules{}}; }};
    CampaignState state;
    for (double now = 0;; now += 100) {
      state.now = Seconds{now};
      if (monitor.met(state) == "cost") return now;
    }
  };
  CHECK(spent_at() == 4800);
  campaign.scenario.accounting.purchase = Purchase::spot;
  CHECK(spent_at() == 4 * 3600);
  campaign.scenario.accounting.purchase = Purchase::owned;
  CHECK(spent_at() == 8 * 3600);
  campaign.scenario.accounting.granularity = Seconds{7200};
  CHECK(spent_at() == 6 * 3600 + 100);  // once the fourth two hours have begun
}
