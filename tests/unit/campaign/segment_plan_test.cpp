#include "sim/campaign/segment_plan.hpp"

#include <catch2/catch.hpp>

#include "tests/support/hand_campaign.hpp"

using namespace campaign_sim;
using testing::HandCampaign;
using testing::needs;

TEST_CASE("a configuration's cost on a cluster is the workload's, with the scenario's checkpoints") {
  HandCampaign campaign{1, 4, Watts{60}};
  campaign.workload->start_up = Seconds{3};
  campaign.workload->checkpoint = Bytes{4e9};
  const ClusterCost cost = SegmentPlanner{campaign.scenario}.cost(needs(2, 1.5), 0);
  CHECK(cost.accelerators == 2);
  CHECK(cost.start_up == Seconds{3});
  CHECK(cost.per_unit == Seconds{1.5});
  CHECK(cost.training_draw == Watts{300});
  CHECK(cost.checkpoint == Seconds{2});
  campaign.scenario.checkpoint.resume = Resume::free;
  CHECK(SegmentPlanner{campaign.scenario}.cost(needs(2, 1.5), 0).checkpoint == Seconds{0});
}

TEST_CASE("what does not fit holds nothing and costs its start-up") {
  HandCampaign campaign{1, 4};
  campaign.workload->start_up = Seconds{3};
  CHECK(SegmentPlanner{campaign.scenario}.cost(needs(5, 1), 0).accelerators == 0);
  campaign.workload->memory = Bytes{1};
  const ClusterCost cost = SegmentPlanner{campaign.scenario}.cost(needs(1, 1), 0);
  CHECK(cost.accelerators == 0);
  CHECK(cost.start_up == Seconds{3});
  CHECK(!one_training(campaign.scenario, needs(1, 1), 0, 5));
}

TEST_CASE("more watts than the accelerator draws are the user's mistake") {
  HandCampaign campaign;
  campaign.scenario.file = "some.yaml";
  campaign.scenario.platform.clusters[0].accelerator.max = Watts{250};
  CHECK_THROWS_WITH((SegmentPlanner{campaign.scenario}.cost(needs(1, 1), 0)),
                    "some.yaml: error: a trial draws 300 W on hand, which draws at most 250 W; "
                    "lower the trial's power or raise the accelerator's 'max'\n");
}

TEST_CASE("an exchange over nodes that nothing joins is the user's mistake") {
  HandCampaign campaign{2, 2};
  campaign.scenario.file = "some.yaml";
  campaign.workload->exchanges.emplace_back();
  const SegmentPlanner planner{campaign.scenario};
  CHECK(planner.cost(needs(2, 1), 0).accelerators == 2);
  CHECK_THROWS_WITH(
      planner.cost(needs(3, 1), 0),
      Catch::StartsWith("some.yaml: error: a trial of 3 accelerators exchanges data over several "
                        "nodes of cluster") &&
          Catch::EndsWith("which has no 'network' (it would cost nothing); give it one\n"));
}

TEST_CASE("one training is its start-up at idle power and its training, with the share of the node") {
  HandCampaign campaign{1, 4, Watts{60}};
  campaign.workload->start_up = Seconds{3};
  const auto one = one_training(campaign.scenario, needs(2, 1.5), 0, 10);
  REQUIRE(one);
  CHECK(one->accelerators == 2);
  CHECK(one->duration.base() == Approx(3 + 15));
  CHECK(one->energy.base() == Approx(2 * ((100 + 15) * 3 + (300 + 15) * 15)));
}

TEST_CASE("a cap slows the training and lowers its draw, the tighter of two counts") {
  HandCampaign campaign;  // 100 W idle, 300 W in training, 400 W at most
  ClusterSpec& cluster = campaign.scenario.platform.clusters[0];
  cluster.accelerator.power_limit = PowerLimit{Watts{150}, Watts{400}};
  const auto planned = [&] { return SegmentPlanner{campaign.scenario}.cost(needs(1, 1.5), 0); };
  const auto expected = [&](double cap_w) {
    return under_cap(cluster.accelerator.cap_response, Watts{100}, Watts{400}, Watts{cap_w}, Watts{300},
                     std::nullopt);
  };
  cluster.power_cap = Watts{250};
  CHECK(planned().per_unit == Seconds{1.5} * expected(250).slowdown);
  CHECK(planned().training_draw == expected(250).draw);
  CHECK(expected(250).slowdown > 1.05);
  campaign.workload->power_cap = Watts{200};
  CHECK(planned().per_unit == Seconds{1.5} * expected(200).slowdown);
  cluster.power_cap = Watts{180};
  CHECK(planned().per_unit == Seconds{1.5} * expected(180).slowdown);
  campaign.workload->waits_for = TimeShares{0, 0, 1};  // only waits: nothing to slow
  CHECK(planned().per_unit == Seconds{1.5});
  campaign.workload->bursts = DrawBursts{Watts{390}, 0.5};  // read: counts for more
  const Capped bursty = under_cap(cluster.accelerator.cap_response, Watts{100}, Watts{400}, Watts{180},
                                  Watts{300}, Bursts{Watts{390}, 0.5});
  CHECK(bursty.slowdown > 1.1);
  CHECK(planned().per_unit == Seconds{1.5} * bursty.slowdown);
  CHECK(planned().training_draw == bursty.draw);
}

TEST_CASE("what a held accelerator draws beside training stays under the cap, idle ones need no draw") {
  HandCampaign campaign;
  ClusterSpec& cluster = campaign.scenario.platform.clusters[0];
  const auto planned = [&] { return SegmentPlanner{campaign.scenario}.cost(needs(1, 1.5), 0); };
  CHECK(!planned().start_up_draw);
  CHECK(!planned().checkpoint_draw);
  cluster.accelerator.draws = {Watts{120}, Watts{130}, Watts{140}, Watts{250}};
  CHECK(planned().start_up_draw == Watts{120});
  CHECK(planned().load_draw == Watts{130});
  CHECK(planned().checkpoint_draw == Watts{140});
  CHECK(planned().communicate_draw == Watts{250});
  cluster.power_cap = Watts{200};
  CHECK(planned().communicate_draw == Watts{200});
  cluster.power_cap = Watts{110};
  CHECK(planned().start_up_draw == Watts{110});
  campaign.workload->memory = Bytes{1};  // it starts up, and then does not fit
  CHECK(planned().accelerators == 0);
  CHECK(planned().start_up_draw == Watts{110});
  campaign.workload->memory = {};
  cluster.accelerator.draws = {};
  cluster.node_load.per_held = Watts{20};  // the host feeds it all the same
  CHECK(planned().start_up_draw == Watts{100});
}
