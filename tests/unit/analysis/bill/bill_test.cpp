#include "analysis/bill/bill.hpp"

#include <catch2/catch.hpp>

#include "sim/core/expect.hpp"

using namespace campaign_sim;

TEST_CASE("a joule of the machines is paid for, cooled and emitted at its site's rates") {
  const SiteRates site{1.5, KilogramsPerJoule{2.0}, MoneyPerJoule{10.0}};
  EnergyBill bill = bill_energy(4.0_j, site);
  CHECK(bill.it_energy.base() == 4);
  CHECK(bill.facility_energy.base() == 6);
  CHECK(bill.co2e.base() == 12);
  CHECK(bill.electricity.base() == 60);
  bill += bill_energy(1.0_j, {1.0, KilogramsPerJoule{7.0}, MoneyPerJoule{0.5}});
  CHECK(bill.it_energy.base() == 5);
  CHECK(bill.facility_energy.base() == 7);
  CHECK(bill.co2e.base() == 19);
  CHECK(bill.electricity.base() == 60.5);
}

TEST_CASE("a search is so many trainings of the model it was for: Strubell et al., 3263 of Transformer big") {
  const double search_h = 979e6 * 84 / 300e3;  // 979 M steps at 84 h for 300 k steps
  CHECK(trainings_equivalent(1515.43_w * Seconds{search_h * seconds_per_hour}, 1515.43_w * 84.0_h) ==
        Approx(3263).epsilon(1e-3));
}

TEST_CASE("a PUE below one and a training for nothing are our mistakes") {
  CHECK_THROWS_AS(bill_energy(1.0_j, SiteRates{0.9, {}, {}}), InternalError);
  CHECK_THROWS_AS(trainings_equivalent(1.0_j, 0.0_j), InternalError);
}
