#include "analysis/calibration/calibration.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <string>

#include "analysis/calibration/catalogue_entry.hpp"
#include "analysis/calibration/log_file.hpp"
#include "sim/core/random.hpp"
#include "tests/support/shared_data.hpp"

using namespace campaign_sim;
using namespace campaign_sim::calibration;

namespace {

const Machine a40{"a40", 30, 300, {{"fp16", 149.7e12}}, {}};

Log log_of(std::vector<Reading> readings, std::string device = "") {
  return {"log.csv", "plain table", "2024-05-31", std::move(device), std::move(readings)};
}

Reading reading(double utilisation, double watts) {
  Reading one;
  one.place = "log.csv:2";
  one.utilisation = utilisation;
  one.watts = watts;
  return one;
}

std::string trouble(const std::vector<Log>& logs, const Machine& machine = a40) {
  try {
    calibrate(logs, machine);
  } catch (const LogError& error) {
    return error.what();
  }
  return "";
}

// Trainings of several draws under caps, as a response would have them, with noise on both readings.
std::vector<Reading> capped_trainings(const CapResponse& response, double noise) {
  const RandomStream draws{5, Purpose::resampling, 9};
  std::vector<Reading> readings;
  for (const double uncapped : {140.0, 200.0, 240.0, 270.0, 294.0})
    for (const double cap : {100.0, 125.0, 150.0, 175.0, 200.0, 225.0, 250.0, 275.0, 300.0}) {
      const Capped capped =
          under_cap(response, Watts{30}, Watts{300}, Watts{cap}, Watts{uncapped}, std::nullopt);
      Reading one;
      one.work = std::to_string(uncapped);
      one.cap_w = cap;
      one.seconds = 50 * capped.slowdown * std::exp(noise * draws.normal(2 * readings.size()));
      one.watts = capped.draw.base() * std::exp(noise * draws.normal(2 * readings.size() + 1));
      readings.push_back(one);
    }
  return readings;
}

}  // namespace

TEST_CASE("a known response to caps comes back from noisy trainings") {
  CapResponse known;
  known.static_draw = 0.1;
  known.memory = 0.3;
  known.compute = 0.96;
  known.floor_clock = 0.6;
  known.floor_voltage = 0.7;
  const Calibration found = calibrate({log_of(capped_trainings(known, 0.01))}, a40);
  REQUIRE(found.cap);
  CHECK(found.cap->works == 5);
  CHECK(found.cap->lowest_cap_w == 100);
  CHECK(found.cap->highest_cap_w == 275);
  CHECK(found.cap->energy.mean < 0.02);
  // Parameters trade for one another; what counts is what they say of trainings that were not read.
  for (const double cap : {110.0, 160.0, 210.0, 260.0})
    for (const double draw : {180.0, 255.0, 285.0}) {
      const auto is =
          under_cap(found.cap->response, Watts{30}, Watts{300}, Watts{cap}, Watts{draw}, std::nullopt);
      const auto was = under_cap(known, Watts{30}, Watts{300}, Watts{cap}, Watts{draw}, std::nullopt);
      INFO(draw << " W under " << cap << " W");
      CHECK(is.slowdown == Approx(was.slowdown).epsilon(0.05));
      CHECK(is.draw.base() == Approx(was.draw.base()).epsilon(0.05));
    }
}

TEST_CASE("idle is read at rest, else the catalogue's, else the lowest draws") {
  const Calibration read =
      calibrate({log_of({reading(0, 25), reading(0, 27), reading(0.5, 200), reading(1, 280)})}, a40);
  CHECK(read.rest == Rest::read);
  CHECK(read.idle_w == Approx(26));
  CHECK(calibrate({log_of({reading(0.4, 150), reading(1, 280)})}, a40).rest == Rest::catalogue);
  std::vector<Reading> unknown;
  for (int i = 0; i < 40; ++i) {
    unknown.push_back(reading(0, i < 2 ? 22 : 250));
    unknown.back().utilisation.reset();
  }
  const Calibration lowest = calibrate({log_of(unknown)}, a40);
  CHECK(lowest.rest == Rest::lowest_draws);
  CHECK(lowest.idle_w == 22);
  CHECK_FALSE(lowest.power);
  CHECK(lowest.no_power == "the logs have no utilisation");
}

TEST_CASE("FLOP/s become shares of the peak at their precision") {
  Reading one = reading(0, 250);
  one.utilisation.reset();
  one.flops = 74.85e12;
  one.precision = "fp16";
  const Calibration found = calibrate({log_of({reading(0, 30), one})}, a40);
  CHECK(found.readings[1].utilisation == Approx(0.5));
  REQUIRE(found.power);
  CHECK(found.power->watts(0.25) == Approx(140));
  one.flops = 200e12;
  CHECK(trouble({log_of({one})}) ==
        "log.csv:2: 2e+14 FLOP/s are more than the 1.497e+14 that a40 has in fp16");
  one.precision = "int4";
  CHECK(trouble({log_of({one})}) == "log.csv:2: precision 'int4', of which a40 has no peak");
}

TEST_CASE("readings under a cap leave the power curve alone where there are others") {
  Reading capped = reading(1, 150);
  capped.cap_w = 150;
  const Calibration found = calibrate({log_of({reading(0, 30), reading(1, 290), capped})}, a40);
  CHECK(found.power->watts(1) == Approx(290));
}

TEST_CASE("a log that cannot be of the machine is refused") {
  CHECK(trouble({log_of({reading(0, 30'000), reading(1, 290'000)})}) ==
        "log.csv:2: 30000 W, but a40 draws at most 300 W; is the log in mW, or of several of them together?");
  CHECK(trouble({log_of({reading(0, 0.03), reading(1, 0.29)})}) ==
        "log.csv:2: 0.29 W is the highest draw, but a40 draws up to 300 W; is the log in kW, or of another "
        "machine?");
  CHECK(trouble({log_of({reading(1, 200)}, "NVIDIA A40"), log_of({reading(1, 200)}, "NVIDIA H100")}) ==
        "log.csv is of 'NVIDIA H100', but log.csv of 'NVIDIA A40'; a fit is of one kind of accelerator");
  CHECK(trouble({log_of({reading(0, 310), reading(1, 320)})}).find("the draw at rest is 310.0 W, but a40") ==
        0);
}

TEST_CASE("trainings that never ran without a cap say nothing about caps") {
  auto readings = capped_trainings({}, 0);
  std::erase_if(readings, [](const Reading& one) { return *one.cap_w > 250; });
  const Calibration found = calibrate({log_of(readings)}, a40);
  CHECK_FALSE(found.cap);
  CHECK(found.no_cap == "no work ran both under a cap and without one (300 W)");
}

TEST_CASE("an entry says how well it fits and where it holds") {
  std::vector<Reading> readings = {reading(0, 40), reading(0.5, 200), reading(0.8, 260)};
  for (Reading& one : capped_trainings({}, 0)) readings.push_back(one);
  Machine machine = a40;
  machine.draws_w = {{"context", 35}, {"communicate", 90}};
  const std::vector<Log> logs = {log_of(readings, "NVIDIA \"A40\"")};
  const std::string entry =
      catalogue_entry(calibrate(logs, machine), logs, machine, "campaign-sim calibrate …");
  for (const char* part :
       {"# Made by: campaign-sim calibrate …\n# Idle: 40.0 W, from readings at utilisation 0.\n",
        "R2 1.000 over 3 readings; valid for utilisation 0.00 to 0.80, held level above.\n", "use: a40\n",
        "idle: {value: 40.00 W, source: \"log.csv of 2024-05-31 (plain table, NVIDIA \\\"A40\\\")\", mark: "
        "measured}\n",
        "draws:\n  context: {value: 40.00 W,", "  utilisation: [0, 0.5, 0.8, 1]\n",
        "  share: {value: [0.0000, 0.6154, 0.8462, 0.8462], source:", "power_limit:\n  min: {value: 100 W,"})
    CHECK_THAT(entry, Catch::Contains(part));
  CHECK_THAT(entry, !Catch::Contains("communicate"));
  CHECK_THAT(readings_csv(calibrate(logs, machine)), Catch::Contains("curve,log.csv:2,,0.5,,200,200,,,\n"));
}

TEST_CASE("Zeus' trainings under caps are fitted to a few percent") {
  struct Case {
    const char* file;
    Machine machine;
    double energy;  // mean error at most; the traces themselves repeat to about 2 %
  };
  for (const Case& one : {Case{"v100", {"v100-pcie", 36, 250, {}, {}}, 0.06}, Case{"a40", a40, 0.07}}) {
    const auto path = campaign_sim::testing::shared_file("data/zeus-nsdi23/summary_power_" +
                                                         std::string{one.file} + ".csv");
    if (!path) return;
    const Log log = read_log(*path, {});
    CHECK(log.layout == "Zeus summary");
    const Calibration found = calibrate({log}, one.machine);
    REQUIRE(found.cap);
    INFO(one.file);
    CHECK(found.cap->energy.mean < one.energy);
    CHECK(found.cap->time.mean < one.energy);
    CHECK(found.cap->lowest_cap_w == 100);
  }
}

TEST_CASE("a fit to half of Zeus' trainings holds for the other half") {
  const auto path = campaign_sim::testing::shared_file("data/zeus-nsdi23/summary_power_v100.csv");
  if (!path) return;
  const auto all = capped_readings(read_log(*path, {}).readings, 250);
  std::set<std::string> works;
  for (const auto& one : all) works.insert(one.work);
  std::vector<CappedReading> fitted;
  std::vector<CappedReading> held_out;
  for (const auto& one : all)
    (std::distance(works.begin(), works.find(one.work)) % 2 == 0 ? fitted : held_out).push_back(one);
  const auto fit = fit_cap(fitted, 36, 250);
  REQUIRE(fit);
  apply(fit->response, held_out, 36, 250);
  double energy = 0;
  for (const auto& one : held_out)
    energy += std::abs(one.fitted_slowdown * one.fitted_watts / (one.slowdown * one.watts) - 1) /
              static_cast<double>(held_out.size());
  CHECK(energy < 0.07);
}

TEST_CASE("a host's load and power are a plain table with columns of other names") {
  const auto path = campaign_sim::testing::shared_file("data/cpu-load-power/E5-2620_all_cores.csv");
  if (!path) return;
  const Log log = read_log(*path, {"timestamp", "rapl_power", "cpu_load"});
  CHECK(log.date == "2025-01-14");
  const Calibration found = calibrate({log}, {"host", 0, 90, {}, {}});
  REQUIRE(found.power);
  CHECK(found.power->r2 > 0.95);
}
