// Published bills by the method that made them. That they come out shows that the arithmetic is right, no
// more: hours, watts and factors are the papers' own (Strubell et al. 2019, Patterson et al. 2021, Touvron et
// al. 2023, Luccioni et al. 2022, Cai et al. 2020, Morrison et al. 2025; Llama 3 model cards).
#include "analysis/bill/methods.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace campaign_sim;

namespace {

constexpr double lb = 0.45359237;

struct Job {
  double accelerators = 1;
  double hours = 0;
  double watts = 0;  // of each, metered
  double pue = 1;
  double kg_per_kwh = 0;
  double tdp = 400;
  double resource = 1;
  std::optional<double> host_memory_gb = {};
};

Account account_of(const char* method, const Job& job) {
  BillTerms terms;
  ClusterSpec cluster;
  cluster.name = "main";
  cluster.site.pue = job.pue;
  cluster.site.intensity = KilogramsPerJoule{job.kg_per_kwh / joules_per_kwh};
  cluster.accelerator.max = Watts{job.tdp};
  cluster.nodes = 1;
  cluster.accelerators_per_node = static_cast<std::uint32_t>(job.accelerators);
  if (job.host_memory_gb) cluster.node_memory = Bytes{*job.host_memory_gb * 1e9};
  terms.platform.clusters = {cluster};
  const double seconds = job.hours * 3600;
  Biller biller{terms};
  biller.add({0, Cause::train, 0, seconds, 0, static_cast<std::uint32_t>(job.accelerators),
              job.watts * job.accelerators * seconds, job.resource});
  const CampaignBill bill = biller.finish({seconds, {"completed"}, 0, {}, {}});
  const Method* row = find_method(method);
  REQUIRE(row);
  return account(*row, terms, bill);
}

double product_of(const std::vector<Factor>& steps) {
  double product = 1;
  for (const Factor& step : steps) product *= step.ratio;
  return product;
}
double ratio(const std::vector<Factor>& steps, const std::string& what) {
  for (const Factor& step : steps)
    if (step.what == what) return step.ratio;
  return std::nan("");
}

const Job nas_as_strubell{
    .accelerators = 8, .hours = 979e6 * 84 / 300e3, .watts = 1515.43 / 8, .resource = 979e6};
const Job nas_base_model{
    .accelerators = 8, .hours = 979e6 * 12 / 100e3, .watts = 1515.43 / 8, .resource = 979e6};
const Job nas_as_it_ran{.accelerators = 1,
                        .hours = 979e6 * 0.12 / 3600,
                        .watts = 208,
                        .pue = 1.10,
                        .kg_per_kwh = 0.431,
                        .resource = 979e6};

}  // namespace

TEST_CASE("strubell2019: table 3, and BERT needs 79.2 hours (cases 01 to 03, N2, N7)") {
  const auto check = [](const Job& job, double printed_kwh, double printed_lb, double tolerance) {
    const Account bill = account_of("strubell2019", job);
    CHECK(bill.facility_kwh == Approx(printed_kwh).margin(tolerance));
    CHECK(bill.co2e_kg / lb == Approx(printed_lb).margin(tolerance));
    return bill;
  };
  check({.accelerators = 8, .hours = 12, .watts = 1415.78 / 8}, 27, 26, 0.5);
  check({.accelerators = 8, .hours = 84, .watts = 1515.43 / 8}, 201, 192, 0.5);
  check({.accelerators = 3, .hours = 336, .watts = 517.66 / 3}, 275, 262, 0.5);
  const Account bert = check({.accelerators = 64, .hours = 79.2, .watts = 12041.51 / 64}, 1507, 1438, 1.5);
  CHECK(bert.co2e_kg / lb / 1984 == Approx(0.72).margin(0.005));  // not 315 passengers
  check({.accelerators = 64, .hours = 79, .watts = 12041.51 / 64}, 1503, 1434, 0.5);
  const Account nas = account_of("strubell2019", nas_as_strubell);
  CHECK(nas.accelerator_h / 8 == Approx(274'120).epsilon(0.001));
  CHECK(nas.facility_kwh == Approx(656'347).epsilon(0.001));
  CHECK(nas.co2e_kg / lb == Approx(626'155).epsilon(0.001));
  CHECK(nas.co2e_kg / lb / 1984 == Approx(315.6).epsilon(0.001));
  CHECK(nas.co2e_kg / lb / 126'000 == Approx(4.97).epsilon(0.001));
}

TEST_CASE("the tuning of LISA: 239,942 GPU-hours, a mean job of 50.1 h (case 04, N6)") {
  const Account bill = account_of("strubell2019", {.accelerators = 1, .hours = 239'942, .watts = 217});
  CHECK(bill.facility_kwh == Approx(82'252).epsilon(0.005));
  CHECK(bill.co2e_kg / lb == Approx(78'468).epsilon(0.005));
  CHECK(bill.facility_kwh * 0.12 == Approx(9870).epsilon(0.005));
  CHECK(239'942.0 / 4789 == Approx(50.1).margin(0.05));
}

TEST_CASE("the 88 between Strubell's estimate and the search as it ran comes apart (cases 05 and 07)") {
  const Account estimate = account_of("strubell2019", nas_as_strubell);
  const Account base = account_of("strubell2019", nas_base_model);
  const Account ran = account_of("patterson2021", nas_as_it_ran);
  CHECK(ran.it_kwh * 1.10 == Approx(7470).epsilon(0.01));
  CHECK(ran.co2e_kg == Approx(3200).epsilon(0.01));
  const auto model = factors(estimate, base);
  CHECK(product_of(model) == Approx(7.0 / 3).epsilon(1e-9));
  CHECK(ratio(model, "kWh of an accelerator per unit of training") == Approx(2.333).epsilon(0.01));
  const auto rest = factors(base, ran);
  CHECK(ratio(rest, "accelerators per job, waiting ones included") == Approx(8));
  CHECK(ratio(rest, "kWh of an accelerator per unit of training") == Approx(3.27).epsilon(0.01));
  const Factor& chip = rest[1];
  CHECK(product_of(chip.parts) == Approx(chip.ratio).epsilon(1e-12));
  CHECK(ratio(chip.parts, "job-hours per unit of training") == Approx(0.432 / 0.12));
  CHECK(ratio(rest, "PUE") == Approx(1.44).epsilon(0.01));
  CHECK(ratio(rest, "kg CO2e per kWh") == Approx(1.00).epsilon(0.01));
  CHECK(product_of(model) * product_of(rest) == Approx(88.2).epsilon(0.01));
  CHECK(product_of(factors(estimate, ran)) == Approx(estimate.co2e_kg / ran.co2e_kg).epsilon(1e-12));
  CHECK(estimate.co2e_kg / lb / (7.0 / 3 * 8) == Approx(33'544).epsilon(0.001));
}

TEST_CASE("patterson2021: tables 1 and 4 (cases 08 and 09)") {
  const auto kwh_of = [](double chips, double watts, double days, double pue, double intensity) {
    return account_of(
        "patterson2021",
        {.accelerators = chips, .hours = days * 24, .watts = watts, .pue = pue, .kg_per_kwh = intensity});
  };
  CHECK(kwh_of(8, 296, 3.5, 1.59, 0.429).facility_kwh == Approx(316).epsilon(0.01));
  CHECK(kwh_of(8, 296, 3.5, 1.11, 0.478).facility_kwh == Approx(221).epsilon(0.01));
  CHECK(kwh_of(8, 271, 3.2, 1.11, 0.478).facility_kwh == Approx(185).epsilon(0.01));
  CHECK(kwh_of(8, 229, 0.81, 1.11, 0.478).facility_kwh == Approx(40).margin(0.5));
  CHECK(kwh_of(8, 227, 0.62, 1.11, 0.478).facility_kwh == Approx(30).margin(0.5));
  CHECK(kwh_of(8, 296, 3.5, 1.59, 0.429).co2e_kg / kwh_of(8, 227, 0.62, 1.11, 0.080).co2e_kg ==
        Approx(57).margin(2));
  CHECK(kwh_of(512, 310, 20, 1.12, 0.545).co2e_kg == Approx(46'700).epsilon(0.01));
  CHECK(kwh_of(1024, 288, 3.1, 1.09, 0.201).co2e_kg == Approx(4800).epsilon(0.01));
  CHECK(kwh_of(10'000, 330, 14.8, 1.10, 0.429).facility_kwh == Approx(1'287'000).epsilon(0.01));
  CHECK(kwh_of(10'000, 330, 14.8, 1.10, 0.429).co2e_kg == Approx(552'100).epsilon(0.01));
}

TEST_CASE("Once-for-All prices a V100-hour at 0.28360 lb, NASNet took GPU-days (case 11, N1)") {
  const double lb_per_hour = account_of("strubell2019", {.hours = 1, .watts = 12041.51 / 64}).co2e_kg / lb;
  CHECK(lb_per_hour == Approx(0.28360).epsilon(1e-4));
  const auto check = [&](double hours, double printed_klb, double printed_kusd) {
    CHECK(hours * lb_per_hour / 1000 == Approx(printed_klb).margin(0.06));
    CHECK(hours * 24.48 / 8 / 1000 == Approx(printed_kusd).margin(0.06));
  };
  check(6e3, 1.7, 18.4);
  check(48e3, 13.6, 146.9);
  check(1920e3, 544.5, 5875.2);
  check(1600e3, 453.8, 4896.0);
  check(23e3, 6.5, 70.4);
  check(20e3, 5.7, 61.2);
  CHECK(500 * 4 * 24 == 48'000);  // printed as 2,000 GPU-hours
}

TEST_CASE("bloom: 433,196 kWh and 24.69 t, all of BigScience 66.29 t (cases 16 and 17)") {
  const Account final_run =
      account_of("bloom", {.hours = 1'082'990, .watts = 300, .pue = 1.2, .kg_per_kwh = 0.5});
  CHECK(final_run.facility_kwh == Approx(433'196).epsilon(1e-9));
  CHECK(final_run.co2e_kg == Approx(24'690).margin(5));
  double programme = 0;
  for (const double part : {433'196, 266'522, 158'972, 87'210, 64'257, 57'961, 51'686, 43'172})
    programme += part;
  CHECK(programme == Approx(1'163'088).epsilon(1e-4));  // the parts sum to 1,162,976
  CHECK(programme * 0.057 == Approx(66'290).epsilon(1e-3));
}

TEST_CASE("llama: four models and the programme, Llama 3.3 is not 12.9 t (cases 18 and 19, N4)") {
  const auto tonnes = [](double hours) { return account_of("llama", {.hours = hours, .watts = 300}); };
  CHECK(tonnes(82'432).facility_kwh / 1000 == Approx(36).margin(0.5));
  CHECK(tonnes(135'168).facility_kwh / 1000 == Approx(59).margin(0.5));
  CHECK(tonnes(530'432).co2e_kg / 1000 == Approx(90).margin(0.5));
  CHECK(tonnes(1'022'362).co2e_kg / 1000 == Approx(173).margin(0.5));
  CHECK(tonnes(2048 * 122 * 24).facility_kwh / 1000 == Approx(2638).epsilon(0.01));
  const auto mlco2 = [](double hours) {
    return account_of("mlco2", {.hours = hours, .watts = 500, .pue = 1.1, .kg_per_kwh = 0.414, .tdp = 700});
  };
  CHECK(mlco2(1.46e6).co2e_kg / 1000 == Approx(420).epsilon(0.01));
  CHECK(mlco2(7.0e6).co2e_kg / 1000 == Approx(2040).epsilon(0.01));
  CHECK(mlco2(30.84e6).co2e_kg / 1000 == Approx(8930).epsilon(0.01));
  const Account gopher =
      account_of("patterson2021", {.hours = 3'768'320, .watts = 283, .pue = 1.08, .kg_per_kwh = 0.33});
  CHECK(gopher.facility_kwh / 1000 == Approx(1152).epsilon(0.01));
  CHECK(gopher.co2e_kg / 1000 == Approx(380).epsilon(0.01));
}

TEST_CASE("OLMo 2 7B, metered: 157 MWh and 52 t (case 21), and OLMo as a whole 493 t (case 20)") {
  const Account olmo =
      account_of("ghg-location", {.hours = 1000, .watts = 131e6 / 1000, .pue = 1.2, .kg_per_kwh = 0.332});
  CHECK(olmo.facility_kwh == Approx(157'000).epsilon(0.01));
  CHECK(olmo.co2e_kg == Approx(52'000).epsilon(0.01));
  CHECK(159 + 312 + 463.0 / (4 * 365 * 24) * 1.65e3 == Approx(493).epsilon(0.01));
  CHECK(680'000.0 / 813 == Approx(836).epsilon(0.001));
}

TEST_CASE("16 TPU v2 chips are four devices, a share of failures is of their number (N3, N5)") {
  CHECK(16 / 4 * 96 * 1.35 == Approx(518).margin(0.5));
  CHECK(16 / 4 * 96 * 4.50 == Approx(1728).margin(0.5));
  CHECK(100 * 148.0 / 419 == Approx(35.3).margin(0.05));
}

TEST_CASE(
    "green-algorithms adds memory, ghg-market takes what was bought, and each method says what it does") {
  Job job{.hours = 10, .watts = 200, .pue = 1.5, .kg_per_kwh = 0.4};
  const Account without = account_of("green-algorithms", job);
  CHECK(without.it_kwh == Approx(4));
  CHECK(without.notes.size() == 1);  // its host's memory is not said
  job.accelerators = 4;
  job.host_memory_gb = 64;
  const Account with = account_of("green-algorithms", job);
  CHECK(with.it_kwh == Approx(10 * (4 * 0.4 + 64 * 0.3725e-3)));
  CHECK(with.facility_kwh == Approx(with.it_kwh * 1.5));
  CHECK(with.notes.empty());
  job = {.hours = 10, .watts = 200, .pue = 1.5, .kg_per_kwh = 0.4};
  const Account market = account_of("ghg-market", job);
  CHECK(market.co2e_kg == Approx(2 * 1.5 * 0.4));
  CHECK(market.notes.size() == 1);  // its grid stands in
  for (const Method& method : methods()) {
    CHECK_FALSE(method.counts.empty());
    CHECK_FALSE(method.leaves_out.empty());
    CHECK_FALSE(method.assumes.empty());
    CHECK_FALSE(method.source.empty());
    for (const Method& other : methods()) {
      const Account a = account_of(std::string{method.name}.c_str(), job);
      const Account b = account_of(std::string{other.name}.c_str(), job);
      CHECK(product_of(factors(a, b)) == Approx(a.total_kg() / b.total_kg()).epsilon(1e-9));
    }
  }
}
