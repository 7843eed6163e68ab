#include "analysis/calibration/node_fit.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "analysis/calibration/log_file.hpp"
#include "sim/core/random.hpp"
#include "tests/support/library.hpp"
#include "tests/support/shared_data.hpp"

using namespace campaign_sim;
using namespace campaign_sim::calibration;

namespace {

// Eight accelerators of 50 to 400 W behind supplies of 90 %.
NodeMachine eight() { return {"our-node", "hand", 8, 50, 400, typical_power_curve(), 0.9}; }

Reading metered(double accelerators_w, double watts) {
  Reading one;
  one.place = "ipmi.csv:2";
  one.watts = watts;
  one.accelerators_w = accelerators_w;
  return one;
}

Log log_of(std::vector<Reading> readings) { return {"ipmi.csv", "plain table", "", "", std::move(readings)}; }

// As `node_power: {idle: 900 W, cpu: 30 W, fans: 0.1, conversion: 0.9}` has it, with noise.
Log known_log(double noise_w) {
  const RandomStream draws{3, Purpose::resampling, 1};
  std::vector<Reading> readings;
  for (const double accelerators_w : {400.0, 400.0, 1200.0, 1800.0, 2400.0, 3000.0, 3200.0})
    for (int i = 0; i < 20; ++i) {
      const double held = accelerators_w > 400 ? 8 * 30 : 0;
      const double watts = (900 + 400 + held + 1.1 * (accelerators_w - 400)) / 0.9;
      readings.push_back(metered(accelerators_w, watts + noise_w * draws.normal(readings.size())));
    }
  return log_of(std::move(readings));
}

std::string trouble(std::vector<Reading> readings, const NodeMachine& node = eight()) {
  try {
    fit_node({log_of(std::move(readings))}, node);
  } catch (const LogError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a node's host comes back from a noisy log") {
  const NodeFit fit = fit_node({known_log(15)}, eight());
  CHECK(fit.idle_w == Approx(900).margin(10));
  CHECK(fit.held_w == Approx(30).margin(4));
  CHECK(fit.fans == Approx(0.1).margin(0.02));
  CHECK(fit.rmse_w == Approx(15).margin(3));
  CHECK(fit.r2 > 0.99);
  CHECK(fit.lowest_load == 0);
  CHECK(fit.highest_load == 1);
}

TEST_CASE("with one load beside rest the step is part of the slope") {
  const NodeFit fit = fit_node({log_of({metered(400, 1500), metered(2400, 4000)})}, eight());
  CHECK(!fit.held_seen);
  CHECK(fit.held_w == 0);
  CHECK(fit.idle_w == Approx(0.9 * 1500 - 400));
  CHECK(fit.fans == Approx(0.9 * 2500 / 2000 - 1));
  CHECK(fit.rmse_w == Approx(0).margin(1e-9));
}

TEST_CASE("the block is one that a platform takes") {
  const NodeMachine node = eight();
  const std::vector<Log> logs = {known_log(0)};
  const std::string block = node_power_block(fit_node(logs, node), logs, node, "campaign-sim calibrate …");
  CHECK_THAT(block,
             Catch::Contains("over 140 readings; valid for loads of its accelerators from 0 to 100 %"));
  CHECK_THAT(block, Catch::Contains(
                        "  idle: {value: 900.0 W, source: \"ipmi.csv, undated (plain table): RMSE 0.0 W"));
  std::string indented =
      "{use: h100-node-x8-metered, clusters: {main: {node_power: {idle: 900.0 W, cpu: 30.0 W, "
      "fans: 0.1, conversion: 0.9}}}}";
  CHECK(testing::load_platform(indented).value.clusters.front().node_base.base() ==
        Approx(900 / 0.9 + 560 / 0.9 - 560));
  CHECK_THAT(node_readings_csv(fit_node(logs, node)), Catch::Contains("curve,ipmi.csv:2,,0,,"));
}

TEST_CASE("what is not a node's log is refused") {
  using Catch::Contains;
  CHECK_THAT(trouble({metered(1200, 2000), metered(2400, 4000)}), Contains("no line at rest (load 0)"));
  CHECK_THAT(trouble({metered(400, 1500), metered(400, 1510)}), Contains("every line is at rest (load 0)"));
  CHECK_THAT(trouble({metered(400, 300), metered(2400, 4000)}),
             Contains("at rest the node draws 300.0 W, less than its 8 hand at rest, 400 W"));
  CHECK_THAT(
      trouble({metered(400, 1'500'000), metered(2400, 4000)}),
      Contains("ipmi.csv:2: 1.5e+06 W, but the 8 hand of a node of our-node draw at most 3200 W together"));
  CHECK_THAT(trouble({metered(400, 1500), metered(5000, 6000)}), Contains("its accelerators draw 5000 W"));
  CHECK_THAT(trouble({metered(400, 1500), metered(2400, 1800)}), Contains("rises by 0.15 W for each W"));
  CHECK_THAT(trouble({metered(400, 1500), metered(1400, 4500)}), Contains("rises by 3.00 W for each W"));
  Reading no_load;
  no_load.place = "ipmi.csv:7";
  CHECK_THAT(trouble({no_load}), Contains("ipmi.csv:7: no load: a node is fitted over the watts"));
}

TEST_CASE("a node fitted to one MLPerf benchmark's log holds for the others") {
  // The logs have no load: a node rests before its run, and trains at the usual 40 % of peak within it.
  const auto bert = testing::shared_file("data/mlperf-power/power/v4.0_SMCac_1xSMCH100SXM80GB_bert.csv");
  const auto runs = testing::shared_file("data/mlperf-power/runs.csv");
  if (!bert || !runs) return;
  const LogTable table = LogTable::load(*bert);
  const auto run = table.named("run_id");
  const auto time = table.named("t_s");
  const auto watts = table.named("watts");
  const LogTable index = LogTable::load(*runs);
  std::map<std::string, double> seconds;
  std::map<std::string, std::vector<double>> means;  // of the AC side's single nodes, by benchmark
  for (std::size_t row = 0; row < index.rows(); ++row) {
    seconds[index.text(row, index.named("run_id"))] = index.number(row, index.named("duration_s"));
    if (index.text(row, index.named("measurement")) == "AC" && index.number(row, index.named("nodes")) == 1)
      means[index.text(row, index.named("benchmark"))].push_back(
          index.number(row, index.named("mean_system_w")));
  }
  const Accelerator h100 = testing::load_accelerator("h100-sxm").value;
  std::vector<Reading> readings;
  double lowest = 1e9;
  for (std::size_t row = 0; row < table.rows(); ++row) lowest = std::min(lowest, table.number(row, watts));
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double at = table.number(row, time);
    Reading one;
    one.place = table.place(row);
    one.watts = table.number(row, watts);
    if (at < 0 && one.watts < 1.05 * lowest)
      one.utilisation = 0;  // nothing holds it yet
    else if (at > 10 && at < seconds[table.text(row, run)] - 10)
      one.utilisation = 0.4;
    else
      continue;
    readings.push_back(one);
  }
  const NodeMachine node{"h100-node-x8-metered", "h100-sxm", 8,    h100.idle.base(),
                         h100.max.base(),        h100.curve, 0.972};
  const NodeFit fit = fit_node({log_of(std::move(readings))}, node);
  INFO("idle " << fit.idle_w << " fans " << fit.fans << " RMSE " << fit.rmse_w);
  CHECK(fit.idle_w == Approx(1471).margin(60));  // what the platform has, from all benchmarks
  const double dynamic = 8 * (h100.curve.watts(0.4, h100.idle, h100.max).base() - h100.idle.base());
  const double trained = (fit.idle_w + 8 * h100.idle.base() + (1 + fit.fans) * dynamic) / 0.972;
  REQUIRE(means.size() == 6);
  for (const auto& [benchmark, values] : means) {
    double mean = 0;
    for (const double value : values) mean += value / static_cast<double>(values.size());
    INFO(benchmark << ": " << mean << " W, fitted " << trained);
    CHECK(trained == Approx(mean).epsilon(0.07));
  }
}
