// SimGrid's own platform files: as machines for a campaign, and what is said of those that cannot be.
// One case a process: use ctest, or name one case.
#include <catch2/catch.hpp>
#include <string>

#include "sim/campaign/campaign.hpp"
#include "sim/cluster/platform_check.hpp"
#include "tests/unit/config/support.hpp"

using namespace campaign_sim;

namespace {

constexpr auto accelerator =
    "{idle: 50 W, max: 300 W, peak: {fp16: 1 TFLOP/s}, memory: 16 GB, memory_bandwidth: 1 GB/s}\n";
constexpr auto scenario_text = R"(precision: fp16
platform: {use: my.xml, clusters: {main: {site: {pue: 1, intensity: 0.5 kg/kWh}}}}
workload: {kind: fixed, accelerators: 2, seconds_per_unit: 3 s, power: 250 W, exchanges: [{bytes: 4 GB}]}
search: {strategy: random, resource: {max: 10}}
stop: {trials: 1}
)";

Scenario load(testing::Folder& folder, const std::string& xml) {
  std::filesystem::create_directory("accelerators");
  folder.write("accelerators/mine.yaml", accelerator);
  folder.write("my.xml", xml);
  folder.write("s.yaml", scenario_text);
  return load_scenario("s.yaml", {}, {"."});
}

std::string platform(const std::string& inside) {
  return "<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
         "<platform version=\"4.1\">\n" +
         inside + "</platform>\n";
}

std::string host(const std::string& id, const std::string& more = {}) {
  return "    <host id=\"" + id + "\" speed=\"1Gf\">\n      <prop id=\"accelerator\" value=\"mine\"/>\n" +
         more + "    </host>\n";
}

// Two nodes and a link of 1 GB/s and 1 ms.
const std::string two_nodes =
    "  <zone id=\"room\" routing=\"Full\">\n" + host("a", "      <prop id=\"node_base\" value=\"40 W\"/>\n") +
    host("b", "      <prop id=\"node_base\" value=\"40 W\"/>\n") +
    "    <link id=\"l\" bandwidth=\"1GBps\" latency=\"1ms\" sharing_policy=\"SPLITDUPLEX\"/>\n"
    "    <route src=\"a\" dst=\"b\"><link_ctn id=\"l\" direction=\"UP\"/></route>\n"
    "  </zone>\n";

// What is said of a file: by the loader, or by SimGrid in the end.
std::string said(const std::string& xml) {
  testing::Folder folder{"xml"};
  try {
    const Scenario scenario = load(folder, xml);
    return why_not_simulable(scenario.platform).value_or("");
  } catch (const ConfigError& e) {
    return e.what();
  }
}

}  // namespace

TEST_CASE("a campaign runs on a platform file of SimGrid's own") {
  testing::Folder folder{"xml"};
  Scenario scenario = load(folder, platform(two_nodes));
  CHECK(!why_not_simulable(scenario.platform));
  REQUIRE(scenario.platform.clusters.size() == 1);
  CHECK(scenario.platform.clusters[0].nodes == 2);
  CHECK(scenario.platform.clusters[0].node_base == Watts{40});
  CHECK(scenario.platform.name == "my");
  CampaignResult result;
  run_on_simgrid(scenario.platform,
                 [&](Cluster& cluster) { result = run_campaign(scenario, cluster, {}, {}); });
  // A ring of two: 4 GB each way and two messages of 1 ms.
  CHECK(result.makespan.base() == Approx(10 * (3 + 4 + 0.002)).epsilon(1e-8));
  CHECK(result.closure.energy_error <= 1e-9);
}

TEST_CASE("a cluster element is as many nodes as its radical says") {
  const std::string cluster =
      "  <zone id=\"room\" routing=\"Full\">\n    <cluster id=\"c\" prefix=\"n-\" suffix=\"\" "
      "radical=\"0-3\" speed=\"1Gf\" "
      "bw=\"1GBps\" lat=\"0\">\n      <prop id=\"accelerator\" value=\"mine\"/>\n    </cluster>\n  </zone>\n";
  CHECK(said(platform(cluster)) == "");
  testing::Folder folder{"xml"};
  Scenario scenario = load(folder, platform(cluster));
  CHECK(scenario.platform.clusters[0].nodes == 4);
  CampaignResult result;
  run_on_simgrid(scenario.platform, [&](Cluster& c) { result = run_campaign(scenario, c, {}, {}); });
  CHECK(result.makespan.base() == Approx(10 * (3 + 4)).epsilon(1e-8));
}

TEST_CASE("a platform file of SimGrid's own that is wrong is the user's mistake, at its line") {
  using Catch::Contains;
  CHECK(said(platform(two_nodes)) == "");
  CHECK_THAT(said("<platform><zone>"), Contains("my.xml:1:") && Contains("not well-formed XML"));
  CHECK_THAT(said(platform(
                 "  <cluster id=\"c\" prefix=\"n\" suffix=\"\" radical=\"0-3\" speed=\"1Gf\" bw=\"1GBps\" "
                 "lat=\"1us\">\n    <prop id=\"accelerator\" value=\"a40\"/>\n    <prop id=\"accelerators\" "
                 "value=\"4\"/>\n    <prop id=\"site\" value=\"germany\"/>\n  </cluster>\n")),
             Contains("my.xml:4:3: error: nothing says how fast the accelerators of a node exchange"));
  CHECK_THAT(said("<html/>\n"), Contains("my.xml:1:1") && Contains("<platform>"));
  CHECK_THAT(
      said(platform("  <zone id=\"z\" routing=\"Full\">\n    <host id=\"a\" speed=\"1Gf\"/>\n  </zone>\n")),
      Contains("no host has a property 'accelerator'") && !Contains("must name at least one cluster"));
  CHECK_THAT(
      said(platform("  <zone id=\"z\" routing=\"Full\">\n    <host id=\"a\" speed=\"0f\"/>\n  </zone>\n")),
      Contains("my.xml:5:5: error: 'speed' of <host> is '0f', and must be more than 0"));
  CHECK_THAT(said(platform("  <zone id=\"z\" routing=\"Full\">\n    <link id=\"l\" bandwidth=\"-1GBps\" "
                           "latency=\"1ms\"/>\n  </zone>\n")),
             Contains("'bandwidth' of <link> is '-1GBps'"));
  const std::string nonsense = "      <prop id=\"wattage_per_state\" value=\"100:many\"/>\n";
  CHECK_THAT(said(platform("  <zone id=\"z\" routing=\"Full\">\n" + host("a", nonsense) + "  </zone>\n")),
             Contains("'wattage_per_state' has '100:many'"));
  CHECK_THAT(said(platform("  <zone id=\"z\" routing=\"Full\">\n" + host("a") + host("a") + "  </zone>\n")),
             Contains("there are two hosts 'a'"));
  CHECK_THAT(said(platform("  <zone id=\"z\" routing=\"Full\">\n" + host("a") +
                           host("b", "      <prop id=\"accelerators\" value=\"8\"/>\n") + "  </zone>\n")),
             Contains("'accelerators' of host 'b' is '8'") && Contains("the nodes of a cluster are alike"));
}

TEST_CASE("what only SimGrid knows to be wrong is said in its words, and ends nothing") {
  using Catch::Contains;
  const std::string unroutable =
      "  <zone id=\"z\" routing=\"Full\">\n" + host("a") + host("b") + "  </zone>\n";
  CHECK_THAT(said(platform(unroutable)), Contains("there is no route from host 'a' to host 'b'"));
  const std::string unknown_link =
      "  <zone id=\"z\" routing=\"Full\">\n" + host("a") + host("b") +
      "    <route src=\"a\" dst=\"b\"><link_ctn id=\"nowhere\"/></route>\n  </zone>\n";
  CHECK_THAT(said(platform(unknown_link)), Contains("nowhere"));
  CHECK(said(platform("  <zone id=\"z\" routing=\"Sideways\">\n" + host("a") + host("b") + "  </zone>\n")) !=
        "");
  CHECK(said(platform("  <zone id=\"z\" routing=\"Full\">\n" + host("a") + host("b") +
                      "    <gadget/>\n  </zone>\n")) != "");
}
