// The bill: what the joules and accelerator-hours of a campaign come to in facility energy, CO2e and money.
//
// With rates that do not change over time these are products and sums, nothing more: that a published
// kWh x PUE x intensity comes out right shows that we can multiply, not that the kWh are right. The bill
// needs only totals, so a finished campaign is billed again under another grid, price or PUE without
// simulating it again.
//
// Facility energy is IT energy x PUE, the total-over-IT definition of The Green Grid ("PUE: A
// Comprehensive Examination of the Metric", white paper 49, 2012). CO2e is operational only, and by location:
// facility energy x the grid's intensity. What the machines cost to make is not in it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/core/units.hpp"
#include "sim/ledger/row.hpp"

namespace campaign_sim {

using JoulesByCause = std::array<Joules, cause_names.size()>;

// What one cluster used, from the ledger.
struct ClusterUse {
  std::size_t site = 0;     // index into the sites' rates
  JoulesByCause it_energy;  // of the accelerators with their share of the nodes, indexed by `Cause`
  Seconds accelerator_time_available;  // accelerators x (end - start)
  Seconds accelerator_time_busy;       // held by a trial
  MoneyPerSecond accelerator_price;    // of one accelerator
};

struct SiteRates {
  double pue = 1;  // at least 1
  KilogramsPerJoule grid_intensity;
  MoneyPerJoule electricity_price;
};

// Which accelerator-hours are paid for.
enum class AcceleratorCharge : std::uint8_t {
  reserved,  // every accelerator from start to end, whoever holds it
  busy,      // only while held: what publications count that add up the jobs' hours
};

// What follows from IT energy at one site, for a whole cluster as for one row of the ledger.
struct EnergyBill {
  Joules it_energy;
  Joules facility_energy;  // with cooling and power distribution
  Kilograms co2e;
  Money electricity;

  EnergyBill& operator+=(const EnergyBill& other);
};

struct Bill {
  EnergyBill total;
  std::array<EnergyBill, cause_names.size()> by_cause;  // indexed by `Cause`; sums to the total
  Seconds accelerator_time_charged;
  Money accelerators;
};

EnergyBill bill_energy(Joules it_energy, const SiteRates& site);
Bill bill(std::span<const ClusterUse> clusters, std::span<const SiteRates> sites, AcceleratorCharge charge);

// How many times the final model could have been trained for the campaign's energy. Both are IT energy (of
// one kind, that is: a PUE that applies to both cancels).
double trainings_equivalent(Joules campaign, Joules one_training);

}  // namespace campaign_sim
