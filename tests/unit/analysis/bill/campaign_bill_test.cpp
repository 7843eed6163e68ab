#include "analysis/bill/campaign_bill.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "analysis/bill/best_start.hpp"
#include "analysis/bill/bill_files.hpp"
#include "analysis/bill/methods.hpp"
#include "sim/core/calendar.hpp"
#include "sim/core/random.hpp"

using namespace campaign_sim;

namespace {

constexpr double kg_kwh = 1 / joules_per_kwh;

ClusterSpec cluster_of(std::uint32_t accelerators, double pue, double kg_per_kwh) {
  ClusterSpec cluster;
  cluster.name = "main";
  cluster.site.name = "here";
  cluster.site.pue = pue;
  cluster.site.intensity = KilogramsPerJoule{kg_per_kwh * kg_kwh};
  cluster.site.electricity_price = MoneyPerJoule{0.12 * kg_kwh};
  cluster.site.intensity_words = "constant";
  cluster.accelerator.name = "chip";
  cluster.accelerator.max = Watts{400};
  cluster.nodes = 1;
  cluster.accelerators_per_node = accelerators;
  return cluster;
}

BillTerms terms_of(std::vector<ClusterSpec> clusters) {
  BillTerms terms;
  terms.scenario = "test";
  terms.currency = "USD";
  terms.platform.clusters = std::move(clusters);
  return terms;
}

UseRow row(std::uint32_t trial, Cause cause, double start, double end, std::uint32_t accelerators,
           double joules) {
  return {trial, cause, start, end, 0, accelerators, joules, cause == Cause::train ? 1.0 : 0.0};
}
UseRow idle(double start, double end, double joules) {
  return {std::nullopt, Cause::idle, start, end, 0, 1, joules, 0};
}

CampaignBill bill_of(const BillTerms& terms, const std::vector<UseRow>& rows, const BillOutcome& outcome) {
  Biller biller{terms};
  for (const UseRow& one : rows) biller.add(one);
  return biller.finish(outcome);
}

double share(const CampaignBill& bill, Share what) {
  return bill.by_share[static_cast<std::size_t>(what)].energy.base();
}

std::shared_ptr<const StepSeries> hourly(std::size_t hours, double begin) {
  std::vector<double> starts;
  std::vector<double> values;
  const RandomStream draws{7, Purpose::curve_noise, 1};
  for (std::size_t hour = 0; hour < hours; ++hour) {
    starts.push_back(begin + 3600.0 * static_cast<double>(hour));
    values.push_back((0.3 + 0.25 * std::sin(static_cast<double>(hour) / 3.8) + 0.01 * draws.uniform(hour)) *
                     kg_kwh);
  }
  const double end = starts.back() + 3600;
  return std::make_shared<StepSeries>(std::move(starts), std::move(values), end);
}

}  // namespace

TEST_CASE("every joule has one cause, and the causes add up to the total exactly") {
  const BillTerms terms = terms_of({cluster_of(2, 1.5, 0.4)});
  const BillOutcome outcome{100, {"completed", "completed", "stopped", "failed"}, 1, 0.5, 0.25};
  const CampaignBill bill =
      bill_of(terms,
              {row(0, Cause::load, 0, 10, 1, 11), row(0, Cause::train, 10, 40, 1, 101),
               row(1, Cause::train, 0, 50, 1, 203), row(2, Cause::train, 40, 60, 1, 307),
               row(2, Cause::checkpoint, 60, 61, 1, 3), row(2, Cause::lost, 61, 70, 1, 17),
               row(3, Cause::load, 70, 71, 1, 5), row(1, Cause::communicate, 50, 52, 1, 7),
               row(1, Cause::search, 52, 53, 1, 13), idle(71, 100, 19), idle(53, 100, 23)},
              outcome);
  CHECK(share(bill, Share::winner) == 203);
  CHECK(share(bill, Share::completed) == 101);
  CHECK(share(bill, Share::stopped) == 307);
  CHECK(share(bill, Share::failed) == 5);
  CHECK(share(bill, Share::lost) == 17);
  CHECK(share(bill, Share::start_up) == 11);
  CHECK(share(bill, Share::communication) == 7);
  CHECK(share(bill, Share::checkpoints) == 3);
  CHECK(share(bill, Share::search) == 13);
  CHECK(share(bill, Share::idle) == 42);
  CHECK(share(bill, Share::cooling) == Approx(0.5 * 709).epsilon(1e-12));
  double sum = 0;
  for (const ShareBill& one : bill.by_share) sum += one.energy.base();
  CHECK(sum == bill.total.energy.base());
  CHECK(bill.it_energy.base() == 709);
  CHECK(bill.total.co2e.base() == Approx(709 * 1.5 * 0.4 * kg_kwh).epsilon(1e-12));
  double trials = 0;
  for (const TrialBill& trial : bill.trials) trials += trial.accrued.it.base();
  CHECK(trials + 42 == Approx(709).epsilon(1e-12));
  CHECK(bill.total.held.accelerator_s == 200);
}

TEST_CASE("CO2e over an hourly trace is the integral of intensity times power, to 1e-9") {
  const double begin = *parse_instant("2023-07-01T00:00");
  ClusterSpec cluster = cluster_of(1, 1.2, 0);
  cluster.site.intensity_over_time = hourly(800, begin - 3600 * 10);
  BillTerms terms = terms_of({cluster});
  terms.start = begin;
  double by_hand = 0;
  std::vector<UseRow> rows;
  const RandomStream draws{1, Purpose::curve_noise, 2};
  double now = 0;
  for (std::uint32_t i = 0; i < 300; ++i) {
    const double length = 1 + 15000 * draws.uniform(2 * i) * draws.uniform(2 * i + 1);
    const double watts = 100 + i;
    rows.push_back(row(0, Cause::train, now, now + length, 1, watts * length));
    // By hand: second by second boundaries of the hours.
    for (double from = now; from < now + length;) {
      const double next = std::min(now + length, (std::floor(from / 3600) + 1) * 3600);
      by_hand +=
          watts * (next - from) * 1.2 * cluster.site.intensity_over_time->at(begin + (from + next) / 2);
      from = next;
    }
    now += length;
  }
  REQUIRE(now < 700 * 3600.0);
  const CampaignBill bill = bill_of(terms, rows, {now, {"completed"}, 0, {}, {}});
  CHECK(bill.total.co2e.base() == Approx(by_hand).epsilon(1e-9));
  CHECK(bill.trials[0].accrued.co2e.base() == Approx(by_hand).epsilon(1e-9));

  terms.start = begin + 3600 * 700;
  CHECK_THROWS_WITH(bill_of(terms, rows, {now, {"completed"}, 0, {}, {}}),
                    Catch::Contains("take a longer trace"));
  terms.start.reset();
  CHECK_THROWS_WITH(Biller{terms}, Catch::Contains("has no start"));
}

TEST_CASE("the best start is the one that a bill at every start finds") {
  const double begin = *parse_instant("2023-01-01");
  ClusterSpec cluster = cluster_of(1, 1.1, 0.3);
  const auto pue = GENERATE(std::string{"constant"}, "by load", "over time", "over time, a constant grid");
  CAPTURE(pue);
  if (pue != "over time, a constant grid") cluster.site.intensity_over_time = hourly(60, begin);
  if (pue == "by load") cluster.site.pue_by_load = PueByLoad{{0, 0.5, 1}, {2, 1.5, 1.1}};
  if (pue.starts_with("over time")) {
    const auto series = hourly(60, begin);
    std::vector<double> values;
    for (const double value : series->values()) values.push_back(1 + value / kg_kwh);
    cluster.site.pue_over_time = std::make_shared<StepSeries>(series->starts(), values, series->end());
  }
  BillTerms terms = terms_of({cluster});
  const std::vector<UseRow> rows = {row(0, Cause::train, 0, 5000, 1, 9e5),
                                    row(0, Cause::train, 5000, 20000, 1, 7e5)};
  const BillOutcome outcome{20000, {"completed"}, 0, {}, {}};
  const double step = start_step_s(terms);
  CHECK(step == 3600);
  EnergyProfile profile{terms, step, outcome.makespan_s};
  for (const UseRow& one : rows) profile.add(one);
  const auto starts = co2e_by_start(terms, profile, step, outcome.makespan_s);
  CHECK(starts.size() == 55);  // 60 h less 20000 s, both ends included
  for (const StartCost& start : starts) {
    terms.start = start.start;
    CHECK(bill_of(terms, rows, outcome).total.co2e.base() == Approx(start.co2e_kg).epsilon(1e-9));
  }
}

TEST_CASE("starts are compared where the traces step together, and only where some do") {
  const double begin = *parse_instant("2023-01-01");
  ClusterSpec cluster = cluster_of(1, 1.1, 0.3);
  CHECK_THROWS_WITH(start_step_s(terms_of({cluster})), Catch::Contains("the start changes nothing"));
  cluster.site.intensity_over_time = hourly(60, begin);
  cluster.site.pue_over_time = hourly(60, begin + 1000);
  CHECK_THROWS_WITH(start_step_s(terms_of({cluster})), Catch::Contains("do not step together"));
  cluster.site.pue_over_time = hourly(60, begin + 1800);
  CHECK(start_step_s(terms_of({cluster})) == 1800);

  ClusterSpec other = cluster_of(1, 1.1, 0.3);
  other.name = "other";
  other.site.intensity_over_time = hourly(60, begin + 1000);
  cluster.site.pue_over_time.reset();
  CHECK_THROWS_WITH(
      start_step_s(terms_of({cluster, other})),
      Catch::Contains("that of cluster 'other'") &&
          Catch::Contains("changes at 2023-01-01T00:16:40Z, which is no whole number of steps of 3600 s"));
}

TEST_CASE("a price that changes at other times than the grid neither stops nor shifts the starts") {
  const double begin = *parse_instant("2023-01-01");
  ClusterSpec cluster = cluster_of(1, 1.1, 0.3);
  cluster.site.intensity_over_time = hourly(60, begin);
  cluster.site.price_over_time = hourly(40, begin + 900);
  const BillTerms terms = terms_of({cluster});
  CHECK(start_step_s(terms) == 3600);
  EnergyProfile profile{terms, 3600, 7200};
  profile.add(row(0, Cause::train, 0, 7200, 1, 9e5));
  const auto starts = co2e_by_start(terms, profile, 3600, 7200);
  CHECK(starts.front().start == begin + 3600);
  CHECK(starts.back().start + 7200 <= begin + 900 + 40 * 3600);
  CHECK(starts.size() == 38);
  cluster.site.pue_over_time = hourly(60, begin + 7200);
  CHECK(start_step_s(terms_of({cluster})) == 3600);
}

TEST_CASE("a PUE by load follows the power of the whole cluster") {
  ClusterSpec cluster = cluster_of(2, 1.1, 0.5);
  cluster.site.pue_by_load = PueByLoad{{0, 0.5, 1}, {2, 1.5, 1.1}};
  const BillTerms terms = terms_of({cluster});  // 800 W at most
  const CampaignBill bill = bill_of(
      terms, {row(0, Cause::train, 0, 10, 1, 4000), row(1, Cause::train, 0, 20, 1, 8000), idle(10, 20, 0)},
      {20, {"completed", "completed"}, 0, {}, {}});
  // 800 W for 10 s at 1.1, then 400 W for 10 s at 1.5.
  CHECK(bill.total.energy.base() == Approx(8000 * 1.1 + 4000 * 1.5).epsilon(1e-12));
}

TEST_CASE("negative prices pay for power") {
  ClusterSpec cluster = cluster_of(1, 1, 0);
  cluster.site.price_over_time = std::make_shared<StepSeries>(
      std::vector<double>{0, 3600}, std::vector<double>{-0.5 * kg_kwh, 0.1 * kg_kwh}, 7200);
  BillTerms terms = terms_of({cluster});
  terms.start = 0;
  const CampaignBill bill = bill_of(terms, {row(0, Cause::train, 0, 7200, 1, 2 * joules_per_kwh)},
                                    {7200, {"completed"}, 0, {}, {}});
  CHECK(bill.total.electricity.base() == Approx(-0.4));
}

TEST_CASE("embodied carbon is spread over use: Morrison et al. 2025") {
  ClusterSpec cluster = cluster_of(8, 1, 0);
  Embodied made;
  made.accelerator = Kilograms{463};  // 3700 kg a server of 8
  made.lifetime = Seconds{4 * 365 * 86400.0};
  cluster.embodied = made;
  BillTerms terms = terms_of({cluster});
  terms.charge = AcceleratorCharge::busy;
  const double seconds = 1.65e6 * 3600 / 8;  // 1.65 million accelerator-hours
  const CampaignBill bill =
      bill_of(terms, {row(0, Cause::train, 0, seconds, 8, 1)}, {seconds, {"completed"}, 0, {}, {}});
  CHECK(bill.total.held.embodied.base() == Approx(22'000).epsilon(0.015));  // 0.013 kg/h; 22 t as printed
}

TEST_CASE("time is sold in whole pieces: each hold if busy time is charged, the whole if it is reserved") {
  ClusterSpec cluster = cluster_of(2, 1, 0);
  cluster.accelerator_price = MoneyPerSecond{1.0 / 3600};
  BillTerms terms = terms_of({cluster});
  terms.granularity = Seconds{3600};
  const std::vector<UseRow> rows = {row(0, Cause::load, 0, 100, 1, 0), row(0, Cause::train, 100, 3700, 1, 0),
                                    row(0, Cause::train, 5000, 5400, 1, 0), idle(0, 5400, 0),
                                    idle(3700, 5000, 0)};
  const BillOutcome outcome{5400, {"completed"}, 0, {}, {}};
  terms.charge = AcceleratorCharge::busy;
  CHECK(bill_of(terms, rows, outcome).total.held.hire.base() == Approx(2 + 1));
  terms.charge = AcceleratorCharge::reserved;
  CHECK(bill_of(terms, rows, outcome).total.held.hire.base() == Approx(2 * 2));
}

TEST_CASE("clusters are billed alike with and without their trials, each at its own site") {
  BillTerms terms = terms_of({cluster_of(2, 1.5, 0.4), cluster_of(2, 1, 0.05)});
  for (ClusterSpec& cluster : terms.platform.clusters) cluster.accelerator_price = MoneyPerSecond{0.01};
  terms.platform.clusters[1].embodied = Embodied{Kilograms{100}, {}, {}, 0, Seconds{1e6}, 1};
  terms.charge = GENERATE(AcceleratorCharge::busy, AcceleratorCharge::reserved);
  terms.granularity = Seconds{GENERATE(0.0, 7.0)};
  const std::vector<UseRow> rows = {{0, Cause::load, 0, 10, 0, 1, 11, 0},
                                    {0, Cause::train, 10, 40, 0, 1, 101, 1},
                                    {1, Cause::train, 0, 50, 1, 2, 203, 1},
                                    {std::nullopt, Cause::idle, 0, 50, 0, 1, 23, 0}};
  const BillOutcome outcome{50, {"completed", "stopped"}, 0, {}, {}};
  Biller short_one{terms, BillDetail::clusters};
  for (const UseRow& one : rows) short_one.add(one);
  const CampaignBill brief = short_one.finish(outcome);
  const CampaignBill whole = bill_of(terms, rows, outcome);
  CHECK(brief.trials.empty());
  REQUIRE(brief.clusters.size() == 2);
  Accrued accrued;
  Held held;
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(brief.clusters[i].accrued.co2e == whole.clusters[i].accrued.co2e);
    CHECK(brief.clusters[i].held.hire == whole.clusters[i].held.hire);
    accrued += brief.clusters[i].accrued;
    held += brief.clusters[i].held;
  }
  CHECK(brief.clusters[0].accrued.co2e.base() == Approx(135 * 1.5 * 0.4 * kg_kwh));
  CHECK(brief.clusters[1].accrued.co2e.base() == Approx(203 * 0.05 * kg_kwh));
  CHECK(accrued.facility.base() == Approx(whole.total.energy.base()).epsilon(1e-12));
  CHECK(accrued.electricity.base() == Approx(whole.total.electricity.base()).epsilon(1e-12));
  CHECK(held.hire.base() == Approx(whole.total.held.hire.base()).epsilon(1e-12));
  CHECK(held.embodied.base() == Approx(whole.total.held.embodied.base()).epsilon(1e-12));
}

TEST_CASE("stored checkpoints cost by byte and time until the next one or the end") {
  BillTerms terms = terms_of({cluster_of(1, 1, 0)});
  terms.storage_price_per_byte_second = 1e-12;
  const auto saving = [](double start, double end, double bytes) {
    UseRow one = row(0, Cause::checkpoint, start, end, 1, 0);
    one.stored_bytes = bytes;
    return one;
  };
  // The second is cut off, so that the first one stays.
  const CampaignBill bill = bill_of(terms, {saving(0, 10, 1e10), saving(50, 55, 0), saving(110, 130, 2e10)},
                                    {230, {"stopped"}, {}, {}, {}});
  CHECK(bill.storage.base() == Approx(1e-12 * (1e10 * 120 + 2e10 * 100)));
}

TEST_CASE("the same rows give the same bytes, and SCI is (E I + M) / R") {
  ClusterSpec cluster = cluster_of(1, 1.5, 0.4);
  cluster.embodied = Embodied{Kilograms{100}, {}, {}, 0, Seconds{1000}, 0.5};
  const BillTerms terms = terms_of({cluster});
  const BillOutcome outcome{10, {"completed", "stopped"}, 0, 0.5, 0.25};
  const std::vector<UseRow> rows = {row(0, Cause::train, 0, 6, 1, 1e6), row(1, Cause::train, 6, 10, 1, 2e6)};
  const auto one = bill_json(terms, outcome, bill_of(terms, rows, outcome));
  CHECK(one.dump(2) == bill_json(terms, outcome, bill_of(terms, rows, outcome)).dump(2));
  const double operational = 3e6 * 1.5 * 0.4 * kg_kwh;
  const double embodied = 10 * 100 / (1000 * 0.5);
  const auto& sci = one["software_carbon_intensity"];
  CHECK(sci["kg_per_search"].get<double>() == Approx(operational + embodied));
  CHECK(sci["kg_per_trial"].get<double>() == Approx((operational + embodied) / 2));
  CHECK(sci["kg_per_metric_point"].get<double>() == Approx((operational + embodied) / 0.25));
}
