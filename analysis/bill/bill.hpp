// What joules drawn at one place come to at rates that do not change: facility energy, CO2e and money.
//
// Products and sums, nothing more: that a published kWh x PUE x intensity comes out right shows that we can
// multiply, not that the kWh are right.
//
// Facility energy is IT energy x PUE, the total-over-IT definition of The Green Grid ("PUE: A
// Comprehensive Examination of the Metric", white paper 49, 2012). CO2e is operational only, and by location:
// facility energy x the grid's intensity.
#pragma once

#include <cstdint>

#include "sim/core/units.hpp"

namespace campaign_sim {

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

// What follows from IT energy at one site.
struct EnergyBill {
  Joules it_energy;
  Joules facility_energy;  // with cooling and power distribution
  Kilograms co2e;
  Money electricity;

  EnergyBill& operator+=(const EnergyBill& other);
};

EnergyBill bill_energy(Joules it_energy, const SiteRates& site);

// How many times the final model could have been trained for the campaign's energy. Both are IT energy (of
// one kind, that is: a PUE that applies to both cancels).
double trainings_equivalent(Joules campaign, Joules one_training);

}  // namespace campaign_sim
