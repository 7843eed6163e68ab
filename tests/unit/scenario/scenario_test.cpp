#include "sim/scenario/scenario.hpp"

#include <catch2/catch.hpp>

#include "sim/core/expect.hpp"
#include "sim/search/registry.hpp"
#include "sim/search/space.hpp"
#include "tests/support/library.hpp"
#include "tests/unit/config/support.hpp"

using namespace campaign_sim;
using testing::Folder;
using testing::thrown;

namespace {

constexpr auto small = R"(name: small
platform: v100-node-x8
workload: {kind: fixed, seconds_per_unit: 2 s, power: 250 W, quality: {kind: random}}
space: {x: {float: [0, 1]}}
search: {strategy: random, resource: {unit: epoch, max: 5}}
stop: {trials: 10}
)";

std::string said(const std::vector<std::string>& assignments) {
  const Folder folder{"scenario"};
  folder.write("s.yaml", small);
  return thrown([&] { load_scenario("s.yaml", {assignments, {}}, {testing::library()}); });
}

}  // namespace

TEST_CASE("a scenario has honest defaults") {
  const Folder folder{"scenario"};
  folder.write("s.yaml", small);
  const Scenario scenario = load_scenario("s.yaml", {}, {testing::library()});
  CHECK(scenario.seed == 1);
  CHECK(scenario.precision == "bf16");
  CHECK(scenario.objective.metric == "loss");
  CHECK(scenario.resource.min == 1);
  CHECK(scenario.checkpoint.resume == Resume::from_checkpoint);
  CHECK(scenario.policy_name == "fifo");
  CHECK(scenario.accounting.final_training == 5);
  CHECK(scenario.accounting.charge == AcceleratorCharge::reserved);
  CHECK(scenario.stop.trials == 10u);
}

TEST_CASE("what no machine can do is found before anything runs") {
  CHECK(said({}).empty());
  CHECK(said({"workload.memory=17 GB"}) ==
        "s.yaml:3:11: error: no trial fits on any cluster of 'v100-node-x8': it needs 17 GB on each "
        "accelerator, and v100-sxm2 of cluster 'main' has 16 GB\n  workload: {kind: fixed, seconds_per_unit: "
        "2 s, power: 250 W, quality: {kind: random}}\n            ^\n");
  CHECK_THAT(said({"workload.accelerators=9"}),
             Catch::Contains("it needs 9 accelerators, and cluster 'main' has 8"));
  CHECK_THAT(said({"workload.power=400 W"}),
             Catch::Contains("a trial draws 400 W on v100-sxm2, which draws at most 300 W"));
  CHECK_THAT(
      said({"workload.power_cap=100 W"}),
      Catch::Contains("'power_cap': v100-sxm2 cannot be capped at 100 W (the hardware takes 150 to 300 W)"));
  CHECK(said({"workload.power_cap=150 W"}).empty());
  CHECK_THAT(said({"space.power_cap={choice: [150 W, 200 W, 301 W]}"}),
             Catch::Contains("cannot be capped at 301 W"));
  CHECK_THAT(said({"space.power_cap={float: [100, 300]}"}), Catch::Contains("cannot be capped at 100 W"));
  CHECK(said({"space.power_cap={float: [150, 300]}"}).empty());
  CHECK_THAT(said({"workload={kind: fixed, seconds_per_unit: 1e300 s}"}),
             Catch::Contains("years on v100-sxm2") && Catch::Contains("in another unit?"));
}

TEST_CASE("a campaign must come to an end") {
  const std::string endless =
      "--set stop={}: error: nothing is sure to end this campaign ('random' goes on for ever); add a rule, "
      "such as stop: {trials: 100}\n";
  CHECK(said({"stop={}"}) == endless);
  CHECK_THAT(said({"stop={target: 0.5}"}), Catch::Contains("nothing is sure to end this campaign"));
  CHECK_THAT(said({"stop={co2e: 5 kg}", "platform.clusters.main.site.intensity=0 kg/kWh"}),
             Catch::Contains("nothing is sure to end this campaign"));
  for (const char* rule :
       {"resource: 50", "time: 1 h", "energy: 1 kWh", "co2e: 1 kg", "cost: 5 USD", "no_improvement: 3"}) {
    INFO(rule);
    CHECK(said({"stop={" + std::string{rule} + "}"}).empty());
  }
  const std::string owned = "accounting.purchase=owned";
  const std::string free_power = "platform.clusters.main.site.electricity_price=0 USD/kWh";
  CHECK(said({owned, free_power, "platform.clusters.main.accelerator_price=0 USD/h",
              "platform.clusters.main.owned={price: 10000 USD}", "stop={cost: 1 USD}"})
            .empty());
  CHECK_THAT(said({owned, free_power, "platform.clusters.main.accelerator_price=2 USD/h",
                   "platform.clusters.main.owned={price: 0 USD}", "stop={cost: 1 USD}"}),
             Catch::Contains("nothing is sure to end this campaign"));
  CHECK(said({"stop={}", "search={strategy: grid, points: 3, resource: {max: 5}}"}).empty());
}

TEST_CASE("a strategy that says it ends by itself does") {
  for (const StrategyEntry& entry : strategies()) {
    if (!entry.ends_by_itself) continue;
    INFO(entry.name);
    Document document = Document::parse(
        "space: {x: {float: [0, 1]}, n: {int: [1, 3]}, c: {choice: [a, b]}}\n"
        "search: " +
            std::string{entry.example} + "\n",
        "test");
    Reader root = document.root();
    Reader space_section = root.section("space");
    const Space space = read_space(space_section);
    Reader search = root.section("search");
    const SearchProblem problem{space, "step", 1, 9, {}, 1, {}};
    const auto strategy = entry.make(search, problem);
    bool finished = false;
    for (int asked = 0; asked < 10'000 && !finished; ++asked) {
      const Proposal proposal = strategy->ask();
      finished = std::holds_alternative<Finished>(proposal);
      const auto reach = [&](TrialId trial, Resource until) {
        strategy->tell({trial, until, 1, SegmentOutcome::reached, {}, {}, nullptr});
      };
      if (const auto* start = std::get_if<StartTrial>(&proposal)) reach(start->trial, start->until);
      if (const auto* resume = std::get_if<ResumeTrial>(&proposal)) reach(resume->trial, resume->until);
    }
    CHECK(finished);
  }
}

TEST_CASE("a chip without the precision computes at its fp32 rate") {
  ClusterSpec cluster;
  Accelerator& accelerator = cluster.accelerator;
  accelerator.peak = {{"fp16", FlopsPerSecond{100}}, {"fp32", FlopsPerSecond{10}}};
  CHECK(device_of(cluster, "fp16").peak == FlopsPerSecond{100});
  CHECK(device_of(cluster, "bf16").peak == FlopsPerSecond{10});
  CHECK(device_of(cluster, "bf16").attention_peak == FlopsPerSecond{10});
  accelerator.peak.erase("fp32");
  CHECK_THROWS_AS(device_of(cluster, "bf16"), InternalError);
  CHECK_THAT(said({"platform=tpu-v2-x200", "precision=fp16", "workload.power=200 W"}),
             Catch::Contains("has no fp16 rate, and no fp32 rate to fall back on"));
}

TEST_CASE("a name is a folder's name") {
  for (const char* name : {"../up", "a/b", "/abs"})
    CHECK_THAT(said({"name=" + std::string{name}}), Catch::Contains("a name is without '/'"));
  for (const char* name : {"..", ".", ".hidden"})
    CHECK_THAT(said({"name=" + std::string{name}}), Catch::Contains("a name must not begin with a dot"));
  for (const char* name : {"\" x\"", "\"x \""})
    CHECK_THAT(said({"name=" + std::string{name}}), Catch::Contains("must not begin or end with a blank"));
  for (const char* name : {R"("a\nb")", R"("a\tb")", R"("a\0b")", R"("a\x7fb")", R"("a\x1b[2Jb")"})
    CHECK_THAT(said({"name=" + std::string{name}}), Catch::Contains("tabs and other control characters"));
  CHECK_THAT(said({"name=\"\""}), Catch::Contains("a name must not be empty"));
  CHECK_THAT(said({"name=" + std::string(201, 'a')}), Catch::Contains("a name has 200 bytes at most"));
  CHECK(said({"name=Müllers Läufe, 2."}).empty());
  CHECK(said({"name=two words"}).empty());
}

TEST_CASE("names may not be empty") {
  CHECK_THAT(said({"objective={minimise: \"\"}"}), Catch::Contains("an objective needs a name"));
  CHECK_THAT(said({"search.resource.unit=\"\""}), Catch::Contains("a unit needs a name"));
}
