#include "sim/platform/platform.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/library.hpp"

using namespace campaign_sim;
using testing::load_platform;
using testing::mistakes;

// What one node draws with all its accelerators at a utilisation.
static Watts node_watts(const ClusterSpec& cluster, double utilisation) {
  const Accelerator& a = cluster.accelerator;
  return cluster.node_base + cluster.accelerators_per_node * a.curve.watts(utilisation, a.idle, a.max);
}

TEST_CASE("the Evolved Transformer's platform is 200 chips with their hosts in their watts") {
  const Platform platform = load_platform("tpu-v2-x200").value;
  REQUIRE(platform.clusters.size() == 1);
  const ClusterSpec& tpu = platform.clusters.front();
  CHECK(platform.name == "tpu-v2-x200");
  CHECK(platform.accelerators() == 200);
  CHECK(tpu.nodes == 50);
  CHECK(tpu.accelerators_per_node == 4);
  CHECK(tpu.node_base.base() == 0);
  CHECK(tpu.site.name == "google-georgia-2018");
  CHECK(tpu.accelerator.name == "tpu-v2");
}

TEST_CASE("trap: a TPU is priced by the chip, though it is rented by the device of four") {
  // 16 TPU v2 chips for 96 h at 4.50 USD/h a device of four: 1,728 USD, not the printed 6,912.
  const ClusterSpec tpu = load_platform("tpu-v2-x200").value.clusters.front();
  CHECK(16 * (tpu.accelerator_price * 96.0_h).base() == Approx(1728));
}

TEST_CASE("LISA's pool can keep 58 GPUs busy") {
  const Platform pool = load_platform("lisa-pool").value;
  REQUIRE(pool.clusters.size() == 2);
  CHECK(pool.accelerators() == 60);
  CHECK(pool.clusters[0].accelerators() == 44);
  CHECK(pool.clusters[1].accelerators() == 16);
}

TEST_CASE("an 8 x H100 node draws what metered nodes drew, idle and in training") {
  // MLPerf Training v4.0 power logs: 2.1-2.8 kW before a run, 6.8-7.2 kW in training on one node.
  const ClusterSpec node = load_platform("h100-node-x8").value.clusters.front();
  CHECK(node_watts(node, 0) > 2100.0_w);
  CHECK(node_watts(node, 0) < 2800.0_w);
  CHECK(node_watts(node, 0.4) > 6780.0_w);
  CHECK(node_watts(node, 0.4) < 7270.0_w);
  CHECK(node_watts(node, 1) < 8400.0_w);  // the most such a node was seen to draw (Latif et al. 2024)
}

TEST_CASE("an 8 x V100 node at GPT-3's utilisation draws 325 W a GPU") {
  const ClusterSpec node = load_platform("v100-node-x8").value.clusters.front();
  CHECK(node_watts(node, 24.6 / 125).base() / 8 == Approx(325).epsilon(0.02));
}

TEST_CASE("an 8 x A100 node lies within the servers of a production cluster") {
  // Acme trace: 1.51 kW at the 5th percentile, 4.85 kW at the 90th.
  const ClusterSpec node = load_platform("a100-node-x8").value.clusters.front();
  CHECK(node_watts(node, 0) > 1510.0_w);
  CHECK(node_watts(node, 1) < 4850.0_w);
}

TEST_CASE("a platform may be overridden at any depth") {
  const Platform platform =
      load_platform(
          "{use: h100-node-x8, clusters: {main: {nodes: 4, site: {use: france, pue: 1.2}, accelerator: {use: "
          "h100-sxm, max: 500 W}}}}")
          .value;
  const ClusterSpec& cluster = platform.clusters.front();
  CHECK(platform.accelerators() == 32);
  CHECK(cluster.site.name == "france");
  CHECK(cluster.site.pue == 1.2);
  CHECK(cluster.accelerator.max.base() == 500);
  CHECK(cluster.accelerator.idle.base() == 70);
  CHECK(cluster.node_base.base() == 1900);
}

TEST_CASE("a cluster's base and price may be left out") {
  const Platform platform =
      load_platform(
          "{clusters: {a: {site: france, accelerator: rtx-4090, nodes: 1, accelerators_per_node: 2}}}")
          .value;
  CHECK(platform.clusters.front().node_base.base() == 0);
  CHECK(platform.clusters.front().accelerator_price.base() == 0);
}

TEST_CASE("mistakes in a platform say what is wrong and why") {
  const auto wrong = [](const std::string& text) { return mistakes(load_platform, text); };
  const auto cluster = [](const std::string& nodes, const std::string& per_node) {
    return "{clusters: {a: {site: france, accelerator: rtx-4090, nodes: " + nodes +
           ", accelerators_per_node: " + per_node + "}}}";
  };
  using Catch::Contains;
  CHECK(wrong(cluster("1", "1")).empty());
  CHECK(wrong(cluster("125000", "8")).empty());
  for (const std::string name : {"a b", "\"a,b\"", "ä", "a/b"})
    CHECK_THAT(
        wrong("{use: small-lab, clusters: {" + name + ": {site: france}}}"),
        Contains(
            "a cluster's name must be 1 to 64 letters, digits, '-' or '_' (it names hosts and columns)"));
  CHECK_THAT(wrong("{clusters: {}}"),
             Contains("'clusters' must name at least one cluster (trials need an accelerator)"));
  CHECK_THAT(wrong("{description: none}"), Contains("'clusters' is missing in it"));
  CHECK_THAT(wrong(cluster("0", "8")), Contains("'nodes' must be from 1 to 1000000 (it is 0)"));
  CHECK_THAT(wrong(cluster("-3", "8")), Contains("'nodes' must be from 1 to 1000000 (it is -3)"));
  CHECK_THAT(wrong(cluster("1", "0")), Contains("'accelerators_per_node' must be from 1 to 64 (it is 0)"));
  CHECK_THAT(wrong(cluster("1", "65")), Contains("'accelerators_per_node' must be from 1 to 64 (it is 65)"));
  CHECK_THAT(
      wrong(cluster("125001", "8")),
      Contains("'clusters' have 1000008 accelerators (at most 1000000 can be simulated): fewer nodes"));
  CHECK_THAT(wrong("{use: h100-node-x8, clusters: {main: {node_base: -1 W}}}"),
             Contains("'node_base' must be at least 0 W"));
  CHECK_THAT(wrong("{use: h100-node-x8, clusters: {main: {node: 4}}}"), Contains("did you mean 'nodes'?"));
  CHECK_THAT(wrong("{use: h100-node-x8, nodes: 4}"), Contains("unknown key 'nodes' in it"));
  CHECK_THAT(wrong("{use: h100-node-x8, clusters: {main: {accelerator: h100}}}"),
             Contains("no 'h100' among the accelerators"));
}

TEST_CASE("a node's power rises with what its accelerators draw, and is converted at a loss") {
  const ClusterSpec node =
      load_platform("{use: v100-node-x8, clusters: {main: {node_base: 0 W}}}").value.clusters[0];
  CHECK(node.at_wall(200.0_w) == 200.0_w);  // constant: nothing rises
  const ClusterSpec loaded =
      load_platform(
          "{clusters: {a: {site: france, accelerator: v100-sxm2, nodes: 2, accelerators_per_node: 4, "
          "switch_power: "
          "60 W, node_power: {idle: 400 W, cpu: 15 W, dram: 5 W, fans: 0.08, conversion: 0.8}}}}")
          .value.clusters[0];
  // Empty: 400 W of host and 4 × 36 W of accelerators behind the supplies, and half of the switches.
  const auto empty = [](const ClusterSpec& c) {
    return c.node_base + c.accelerators_per_node * c.accelerator.idle;
  };
  CHECK(empty(loaded).base() == Approx((400 + 4 * 36) / 0.8 + 30));
  // One more held at 236 W: 20 W of host, 200 W of its own and 16 W of fans.
  CHECK((loaded.at_wall(236.0_w) - loaded.accelerator.idle).base() == Approx((20 + 200 + 16) / 0.8));
  CHECK(loaded.largest_power().base() == Approx(2 * (((400 + 4 * (300 + 20 + 264 * 0.08)) / 0.8) + 30)));
}

TEST_CASE("mistakes in power caps and node power say what the hardware takes") {
  const auto wrong = [](const std::string& text) {
    return mistakes(load_platform, "{use: h100-node-x8, clusters: {main: {" + text + "}}}");
  };
  using Catch::Contains;
  CHECK(wrong("power_cap: 400 W").empty());
  CHECK(wrong("power_cap: 700 W").empty());
  CHECK_THAT(
      wrong("power_cap: 150 W"),
      Contains("h100-sxm cannot be capped at 150 W (the hardware takes 200 to 700 W); choose a cap in that "
               "range"));
  CHECK_THAT(wrong("power_cap: 701 W"), Contains("cannot be capped at 701 W"));
  CHECK_THAT(wrong("power_cap: 0 W"), Contains("'power_cap' must be more than 0 W"));
  CHECK_THAT(wrong("power_cap: 400"), Contains("no unit"));
  CHECK_THAT(wrong("accelerator: tpu-v4, power_cap: 150 W"), Contains("tpu-v4 takes no power cap"));
  CHECK_THAT(wrong("node_power: {idle: 900 W}"),
             Contains("'node_base' is constant, 'node_power' rises with the load; give one of them"));
  CHECK_THAT(mistakes(load_platform,
                      "{clusters: {a: {site: france, accelerator: k80, nodes: 1, "
                      "accelerators_per_node: 1, node_power: {idle: 9 W, conversion: 94}}}}"),
             Contains("'conversion' must be from 0.5 to 1"));
}
