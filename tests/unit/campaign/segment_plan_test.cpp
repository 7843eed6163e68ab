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
  CHECK(!energy_of_one_training(campaign.scenario, needs(1, 1), 5));
}

TEST_CASE("more watts than the accelerator draws are the user's mistake") {
  HandCampaign campaign;
  campaign.scenario.file = "some.yaml";
  campaign.scenario.platform.clusters[0].accelerator.max = Watts{250};
  CHECK_THROWS_WITH((SegmentPlanner{campaign.scenario}.cost(needs(1, 1), 0)),
                    "some.yaml: error: a trial draws 300 W on hand, which draws at most 250 W\n");
}

TEST_CASE("one training is its start-up at idle power and its training, with the share of the node") {
  HandCampaign campaign{1, 4, Watts{60}};
  campaign.workload->start_up = Seconds{3};
  CHECK(energy_of_one_training(campaign.scenario, needs(2, 1.5), 10)->base() ==
        Approx(2 * ((100 + 15) * 3 + (300 + 15) * 15)));
}
