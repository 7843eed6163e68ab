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

Bill bill(std::span<const ClusterUse> clusters, std::span<const SiteRates> sites, AcceleratorCharge charge) {
  Bill bill;
  for (const ClusterUse& use : clusters) {
    CS_EXPECT(use.site < sites.size());
    for (std::size_t cause = 0; cause < use.it_energy.size(); ++cause) {
      const EnergyBill part = bill_energy(use.it_energy[cause], sites[use.site]);
      bill.by_cause[cause] += part;
      bill.total += part;
    }
    const Seconds charged =
        charge == AcceleratorCharge::reserved ? use.accelerator_time_available : use.accelerator_time_busy;
    bill.accelerator_time_charged += charged;
    bill.accelerators += charged * use.accelerator_price;
  }
  return bill;
}

double trainings_equivalent(Joules campaign, Joules one_training) {
  CS_EXPECT(one_training > Joules{0});
  return campaign / one_training;
}

}  // namespace campaign_sim
