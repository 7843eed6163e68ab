#include "analysis/bill/bill.hpp"

#include "sim/core/expect.hpp"

namespace campaign_sim {

EnergyBill& EnergyBill::operator+=(const EnergyBill& other) {
  it_energy += other.it_energy;
  facility_energy += other.facility_energy;
  co2e += other.co2e;
  electricity += other.electricity;
  return *this;
}

EnergyBill bill_energy(Joules it_energy, const SiteRates& site) {
  CS_EXPECT(site.pue >= 1);
  const Joules facility = it_energy * site.pue;
  return {it_energy, facility, facility * site.grid_intensity, facility * site.electricity_price};
}

double trainings_equivalent(Joules campaign, Joules one_training) {
  CS_EXPECT(one_training > Joules{0});
  return campaign / one_training;
}

}  // namespace campaign_sim
