#include "analysis/calibration/calibration.hpp"

#include <algorithm>
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

struct KnownTraining {
  double uncapped_w;
  Bursts bursts;
};
const std::vector<KnownTraining> known_trainings = {{140, {Watts{250}, 0.4}},
                                                    {200, {Watts{280}, 0.5}},
                                                    {240, {Watts{310}, 0.6}},
                                                    {270, {Watts{400}, 0.7}},
                                                    {150, {Watts{190}, 0.7}}};

// They under caps, as a response would have them, with noise on both readings.
std::vector<Reading> capped_trainings(const CapResponse& response, double noise,
                                      std::vector<double> caps = {100, 125, 150, 175, 200, 225, 250, 275,
                                                                  300}) {
  const RandomStream draws{5, Purpose::resampling, 9};
  std::vector<Reading> readings;
  for (const auto& [uncapped, bursts] : known_trainings)
    for (const double cap : caps) {
      const Capped capped = under_cap(response, Watts{30}, Watts{300}, Watts{cap}, Watts{uncapped}, bursts);
      Reading one;
      one.work = std::to_string(uncapped);
      one.cap_w = cap;
      one.seconds = 50 * capped.slowdown * std::exp(noise * draws.normal(2 * readings.size()));
      one.watts = capped.draw.base() * std::exp(noise * draws.normal(2 * readings.size() + 1));
      readings.push_back(one);
    }
  return readings;
}

CapResponse known_response() {
  CapResponse known;
  known.static_draw = 0.1;
  known.floor_clock = 0.6;
  known.floor_voltage = 0.7;
  return known;
}

// Parameters trade for one another; what counts is what they say of caps that were not read.
void check_between_caps(const CapFit& found, double epsilon) {
  for (const auto& [uncapped, bursts] : known_trainings) {
    const auto fitted = std::ranges::find(found.bursts, std::to_string(uncapped), &BurstFit::work);
    REQUIRE(fitted != found.bursts.end());
    for (const double cap : {135.0, 160.0, 210.0, 260.0}) {
      const auto under = [&](const CapResponse& response, const Bursts& with) {
        return under_cap(response, Watts{30}, Watts{300}, Watts{cap}, Watts{uncapped}, with);
      };
      const Capped is = under(found.response, fitted->bursts);
      const Capped was = under(known_response(), bursts);
      INFO(uncapped << " W under " << cap << " W");
      CHECK(is.slowdown == Approx(was.slowdown).epsilon(epsilon));
      CHECK(is.draw.base() == Approx(was.draw.base()).epsilon(epsilon));
    }
  }
}

}  // namespace

TEST_CASE("a known response to caps and known bursts come back from noisy trainings") {
  const Calibration found = calibrate({log_of(capped_trainings(known_response(), 0.005))}, a40);
  REQUIRE(found.cap);
  CHECK(found.cap->response_fitted);
  CHECK(found.cap->bursts.size() == 5);
  CHECK(found.cap->lowest_cap_w == 100);
  CHECK(found.cap->highest_cap_w == 275);
  CHECK(found.cap->energy.mean < 0.01);
  CHECK(found.cap->response.lowest_clock == 0);  // nothing drew more than its cap
  check_between_caps(*found.cap, 0.02);
}

TEST_CASE("with few readings the response stays the catalogue's and the bursts are fitted") {
  Machine machine = a40;
  machine.cap_response = known_response();
  const std::vector<Log> logs = {log_of(capped_trainings(known_response(), 0, {150, 300}))};
  const Calibration found = calibrate(logs, machine);
  REQUIRE(found.cap);
  CHECK(!found.cap->response_fitted);
  CHECK(found.cap->readings.size() == 5);
  CHECK(found.cap->energy.mean < 0.005);
  CHECK(found.cap->bursts.front().bursts.share > 0);
  const std::string entry = catalogue_entry(found, logs, machine, "campaign-sim calibrate …");
  CHECK_THAT(entry, Catch::Contains("# They are too few to fit the response too: it is that of a40.\n"));
  CHECK_THAT(entry, Catch::Contains("#   140.000000: power: 140.0 W, bursts: {draw: "));
  CHECK_THAT(entry, !Catch::Contains("cap_response"));
}

TEST_CASE("readings that draw more than their cap have a lowest clock") {
  CapResponse known = known_response();
  known.lowest_clock = 0.5;
  const Calibration found = calibrate({log_of(capped_trainings(known, 0.002))}, a40);
  REQUIRE(found.cap);
  CHECK(found.cap->response.lowest_clock > 0);
}

TEST_CASE("idle is read at rest, else the catalogue's, else the lowest draws") {
  const Calibration read =
      calibrate({log_of({reading(0, 25), reading(0, 27), reading(0.5, 200), reading(1, 280)})}, a40);
  CHECK(read.rest == Rest::read);
  CHECK(read.idle_w == Approx(26));
  CHECK(calibrate({log_of({reading(0.4, 150), reading(1, 280)})}, a40).rest == Rest::catalogue);
  const Calibration resting = calibrate({log_of({reading(0, 25), reading(0.004, 27)})}, a40);
  CHECK(resting.rest == Rest::read);
  CHECK(resting.idle_w == 26);
  CHECK_FALSE(resting.power);
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
  readings.push_back(reading(0, 30));
  const Calibration found = calibrate({log_of(readings)}, a40);
  CHECK_FALSE(found.cap);
  CHECK(found.no_cap == "no work ran both under a cap and without one (300 W)");
  readings.pop_back();
  CHECK(trouble({log_of(readings)}) ==
        "log.csv: nothing of a40 can be fitted to this: no reading at rest, no two utilisations, and no work "
        "ran "
        "both under a cap and without one (300 W)");
}

TEST_CASE("trainings whose times under caps cannot be of the same work are refused") {
  std::vector<Reading> readings = capped_trainings({}, 0, {100, 300});
  readings.push_back(reading(0, 30));
  Reading& capped = *std::ranges::find(readings, 100, &Reading::cap_w);
  const double seconds = *capped.seconds;
  for (const double times : {1e-3, 1e3, 1e-300, 1e300}) {
    capped.seconds = seconds * times;
    CHECK_THAT(trouble({log_of(readings)}),
               Catch::Contains("is it the same work, in the same unit of time?"));
  }
  capped.seconds = seconds;
  capped.watts = 0;
  CHECK_THAT(trouble({log_of(readings)}), Catch::Contains("drew 0 W; was the meter on?"));
  capped.cap_w = 100'000;
  CHECK_THAT(trouble({log_of(readings)}),
             Catch::Contains("a power limit of 100000 W, but a40 draws at most"));
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
  for (const Case& one : {Case{"v100", {"v100-pcie", 36, 250, {}, {}}, 0.035}, Case{"a40", a40, 0.05}}) {
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

TEST_CASE("a host's load and power are a plain table with columns of other names") {
  const auto path = campaign_sim::testing::shared_file("data/cpu-load-power/E5-2620_all_cores.csv");
  if (!path) return;
  const Log log = read_log(*path, {"timestamp", "rapl_power", "cpu_load", ""});
  CHECK(log.date == "2025-01-14");
  const Calibration found = calibrate({log}, {"host", 0, 90, {}, {}});
  REQUIRE(found.power);
  CHECK(found.power->r2 > 0.95);
}
