#include "analysis/bill/bill.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "sim/core/expect.hpp"

using namespace campaign_sim;

namespace {

// Strubell et al. 2019, section 2: PUE 1.58, 0.954 lb/kWh; section 4.2: 0.12 $/kWh.
constexpr double kilograms_per_pound = 0.45359237;
constexpr SiteRates strubell{1.58, KilogramsPerJoule{0.954 * kilograms_per_pound / joules_per_kwh},
                             MoneyPerJoule{0.12 / joules_per_kwh}};

ClusterUse training(Watts power, double accelerators, Seconds time, double price_per_hour = 0) {
  ClusterUse use;
  use.it_energy[static_cast<std::size_t>(Cause::train)] = power * time;
  use.accelerator_time_available = accelerators * time;
  use.accelerator_time_busy = accelerators * time;
  use.accelerator_price = MoneyPerSecond{price_per_hour / seconds_per_hour};
  return use;
}

Bill bill_one(const ClusterUse& use, const SiteRates& site,
              AcceleratorCharge charge = AcceleratorCharge::reserved) {
  return bill({&use, 1}, {&site, 1}, charge);
}

double pounds(Kilograms mass) { return mass.base() / kilograms_per_pound; }

}  // namespace

// Accounting identities: these pass when the arithmetic is right, and say nothing about the inputs.

TEST_CASE("the bill of the architecture search as Strubell et al. estimated it is theirs") {
  const double hours = 979e6 * 84 / 300e3;  // 979 M steps at 84 h for 300 k steps, on 8 P100
  CHECK(hours == Approx(274'120).epsilon(1e-3));

  const ClusterUse cheap = training(1515.43_w, 8, Seconds{hours * seconds_per_hour}, 0.43);
  const ClusterUse dear = training(1515.43_w, 8, Seconds{hours * seconds_per_hour}, 1.46);
  const Bill low = bill_one(cheap, strubell);
  CHECK(kwh(low.total.facility_energy) == Approx(656'347).epsilon(1e-3));
  CHECK(pounds(low.total.co2e) == Approx(626'155).epsilon(1e-3));
  CHECK(low.accelerators.base() == Approx(942'973).epsilon(1e-3));
  CHECK(bill_one(dear, strubell).accelerators.base() == Approx(3'201'722).epsilon(1e-3));
  // One Transformer-big took 300 k steps.
  CHECK(trainings_equivalent(low.total.it_energy, 1515.43_w * 84.0_h) == Approx(3263).epsilon(1e-3));
}

TEST_CASE("the bill of the architecture search as it ran is that of Patterson et al.") {
  const Seconds chip_time{979e6 * 0.12};  // section 5.3 of their table 4: 200 TPU v2, 208 W with the host
  CHECK(hours(chip_time) == Approx(32'633).epsilon(1e-3));
  const SiteRates georgia{1.10, KilogramsPerJoule{0.431 / joules_per_kwh}, MoneyPerJoule{}};
  const Bill bill = bill_one(training(208.0_w, 1, chip_time), georgia);
  CHECK(kwh(bill.total.facility_energy) == Approx(7500).epsilon(0.01));
  CHECK(bill.total.co2e.base() == Approx(3200).epsilon(0.01));
}

TEST_CASE("the hours of the LISA case study cost what Strubell et al. say") {
  const Bill bill = bill_one(training(217.0_w, 1, Seconds{239'942 * seconds_per_hour}, 0.43), strubell);
  CHECK(pounds(bill.total.co2e) == Approx(78'468).epsilon(5e-3));
  CHECK(bill.total.electricity.base() == Approx(9870).epsilon(5e-3));
  CHECK(bill.accelerators.base() == Approx(103'175).epsilon(5e-3));
}

TEST_CASE("idle accelerators are paid for when reserved and not when only busy hours count") {
  ClusterUse use = training(100.0_w, 1, 1.0_h, 3.0);
  use.accelerator_time_available = 4.0_h;
  const SiteRates site;
  CHECK(bill_one(use, site, AcceleratorCharge::reserved).accelerators.base() == Approx(12));
  CHECK(bill_one(use, site, AcceleratorCharge::busy).accelerators.base() == Approx(3));
  CHECK(hours(bill_one(use, site, AcceleratorCharge::busy).accelerator_time_charged) == Approx(1));
}

TEST_CASE("each cluster is billed at its own site's rates and the causes sum to the total") {
  const std::vector<SiteRates> sites = {{1.5, KilogramsPerJoule{2.0}, MoneyPerJoule{10.0}},
                                        {1.0, KilogramsPerJoule{7.0}, MoneyPerJoule{0.5}}};
  std::vector<ClusterUse> clusters(3);
  clusters[0].it_energy[static_cast<std::size_t>(Cause::train)] = 2.0_j;
  clusters[1].site = 1;
  clusters[1].it_energy[static_cast<std::size_t>(Cause::idle)] = 4.0_j;
  clusters[2].it_energy[static_cast<std::size_t>(Cause::idle)] = 6.0_j;

  const Bill result = bill(clusters, sites, AcceleratorCharge::reserved);
  const EnergyBill& idle = result.by_cause[static_cast<std::size_t>(Cause::idle)];
  CHECK(idle.it_energy.base() == Approx(10));
  CHECK(idle.facility_energy.base() == Approx(4 + 9));
  CHECK(idle.co2e.base() == Approx(4 * 7 + 9 * 2));
  CHECK(idle.electricity.base() == Approx(4 * 0.5 + 9 * 10));
  CHECK(result.total.it_energy.base() == Approx(12));
  CHECK(result.total.facility_energy.base() == Approx(16));
  CHECK(result.total.co2e.base() == Approx(46 + 6));

  EnergyBill sum;
  for (const EnergyBill& part : result.by_cause) sum += part;
  CHECK(sum.co2e.base() == Approx(result.total.co2e.base()));
  CHECK(sum.electricity.base() == Approx(result.total.electricity.base()));
}

TEST_CASE("a PUE below one, a site that does not exist and a training for nothing are our mistakes") {
  ClusterUse use;
  CHECK_THROWS_AS(bill_one(use, SiteRates{0.9, {}, {}}), InternalError);
  use.site = 1;
  CHECK_THROWS_AS(bill_one(use, SiteRates{}), InternalError);
  CHECK_THROWS_AS(trainings_equivalent(1.0_j, 0.0_j), InternalError);
}
