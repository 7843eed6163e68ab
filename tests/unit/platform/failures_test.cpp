// How failures and checkpoints are written, and what is said of those that cannot be meant.
#include "sim/platform/failures.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/scenario/scenario.hpp"
#include "tests/support/library.hpp"
#include "tests/unit/config/support.hpp"

using namespace campaign_sim;
using testing::Folder;
using testing::thrown;

namespace {

FailureSpec read(const std::string& text) {
  auto document = Document::parse(text, "try.yaml");
  auto root = document.root();
  const FailureSpec failures = read_failures(root, 100);
  document.finish();
  return failures;
}

std::string wrong(const std::string& text) {
  return testing::mistakes(text, [](Reader& root) { read_failures(root, 100); });
}

// What a scenario of one node of eight says to these settings.
std::string said(const std::vector<std::string>& assignments) {
  const Folder folder{"failures"};
  folder.write("s.yaml", R"(platform: v100-node-x8
workload: {kind: fixed, seconds_per_unit: 2 s, power: 250 W, checkpoint: 8 GB}
search: {strategy: random, resource: {unit: epoch, max: 500}}
stop: {trials: 10}
)");
  return thrown([&] { load_scenario("s.yaml", {assignments, {}}, {testing::library()}); });
}

const std::string failures = "platform.clusters.main.failures=";

}  // namespace

TEST_CASE("failures are read as a rate or as a time, and delays as a time or as a distribution") {
  const FailureSpec rate = read("{per_1000_node_days: 4, repair: 2 h}");
  CHECK(rate.mean_time_between.base() == Approx(250 * 86400));
  CHECK(rate.repair.at(0.9) == Seconds{7200});
  CHECK(rate.spares == 0);
  const FailureSpec time = read(
      "{mean_time_between: 250 d, repair: {distribution: exponential, mean: 2 h}, spares: 3, "
      "replacement: {distribution: uniform, min: 1 h, max: 6 h}}");
  CHECK(time.mean_time_between == rate.mean_time_between);
  CHECK(time.repair.at(0.5).base() == Approx(7200 * std::log(2)));
  CHECK(time.replacement.at(0) == Seconds{3600});
  CHECK(time.replacement.at(0.5).base() == Approx(3.5 * 3600));
}

TEST_CASE("failures that cannot be meant are refused") {
  CHECK_THAT(wrong("{repair: 1 h}"), Catch::Contains("mean_time_between"));
  CHECK_THAT(wrong("{per_1000_node_days: -3}"), Catch::Contains("per_1000_node_days"));
  CHECK_THAT(wrong("{mean_time_between: 0 d}"), Catch::Contains("mean_time_between"));
  CHECK_THAT(wrong("{mean_time_between: 1 d, per_1000_node_days: 3}"), Catch::Contains("says the same"));
  CHECK_THAT(wrong("{mean_time_between: 1 h, repair: 2 h}"), Catch::Contains("'repair' takes longer than"));
  CHECK_THAT(wrong("{mean_time_between: 100 d, spares: 100}"), Catch::Contains("none is left to work"));
  CHECK_THAT(wrong("{mean_time_between: 100 d, replacement: 1 h}"), Catch::Contains("give 'spares' too"));
  CHECK_THAT(wrong("{mean_time_between: 100 d, repair: {distribution: uniform, min: 3 h, max: 1 h}}"),
             Catch::Contains("'min' is more than 'max'"));
  CHECK_THAT(wrong("{mean_time_between: 100 d, repair: {distribution: exponentiol, mean: 3 h}}"),
             Catch::Contains("exponential"));
  CHECK_THAT(wrong("{mean_time_between: 100 d, mean: 3 h}"), Catch::Contains("mean"));
}

TEST_CASE("a trial may have as many nodes as work together now and then") {
  FailureSpec some = read("{mean_time_between: 100 d, repair: 1 d, spares: 10}");
  CHECK(nodes_to_count_on(some, 100) == 90);
  some.spares = 0;
  CHECK(nodes_to_count_on(some, 100) == 100);  // 0.37 of the time
  CHECK(nodes_to_count_on(some, 2000) < 2000);
  CHECK(nodes_to_count_on(some, 2000) > 1980);
}

TEST_CASE("what failures leave no room for is found before anything runs") {
  CHECK(said({failures + "{mean_time_between: 100 d}"}).empty());
  CHECK_THAT(said({"workload.accelerators=16", "platform.clusters.main.nodes=2",
                   failures + "{mean_time_between: 100 d, spares: 1}"}),
             Catch::Contains("with its failures and spares cluster 'main' has no more than 8 at once"));
}

TEST_CASE("checkpoints that cannot be meant are refused") {
  CHECK(said({"checkpoint.every=1 min"}).empty());
  CHECK(said({"checkpoint.every_resource=50"}).empty());
  CHECK_THAT(said({"checkpoint.every=3 s"}),
             Catch::Contains("takes 4 s to write, and the next one is due after 3 s"));
  CHECK_THAT(said({"checkpoint.every=30 s", "checkpoint.time=40 s"}), Catch::Contains("takes 40 s to write"));
  CHECK_THAT(said({"checkpoint.every_resource=1"}), Catch::Contains("make 'every_resource' longer"));
  CHECK_THAT(said({"checkpoint.every=1 h", "checkpoint.every_resource=5"}),
             Catch::Contains("give one of them"));
  CHECK_THAT(said({"checkpoint.every=-1 h"}), Catch::Contains("every"));
  CHECK_THAT(said({"checkpoint.every=1 us", "checkpoint.time=1 ns"}), Catch::Contains("1e+09 checkpoints"));
  CHECK_THAT(said({"checkpoint.every=1 h", "checkpoint.resume=from-scratch"}),
             Catch::Contains("'every' needs resume: from-checkpoint"));
  const std::string price = "accounting.storage_price_per_month=0.02 USD/GB";
  CHECK(said({"checkpoint.time=1 s", price}).empty());
  CHECK_THAT(said({"checkpoint.time=1 s", "workload.checkpoint=0 B", price}),
             Catch::Contains("'time' does not tell"));
  CHECK_THAT(said({"checkpoint.time=0 s", price}), Catch::Contains("not in the ledger"));
  CHECK(said({"platform.clusters.main.storage={read_bandwidth: 1 GB/s, write_bandwidth: 1 GB/s}", price})
            .empty());
}
