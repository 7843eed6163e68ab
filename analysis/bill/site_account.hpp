// What energy drawn at one place, over one interval, comes to: facility energy, CO2e, money, water.
//
// Energy is spread evenly over its interval, rates change in steps, so every integral of rate times power is
// exact. With rates that do not change it is the product of `bill_energy`, to the last bit.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "analysis/bill/bill.hpp"
#include "sim/core/step_series.hpp"
#include "sim/platform/site.hpp"

namespace campaign_sim {

// What an amount of energy came to. The parts of the machines alone stand beside those of the facility; the
// difference is cooling and distribution.
struct Accrued {
  Joules it;
  Joules facility;
  Kilograms co2e_it;
  Kilograms co2e;
  Money electricity_it;
  Money electricity;
  double water_l = 0;

  Accrued& operator+=(const Accrued& other);
};

// Where in the world's time a bill does not reach: a trace that is too short, or no start at all.
class BillError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class SiteAccount {
 public:
  // `start` is the instant of the campaign's second 0. Throws BillError if the site varies with the calendar
  // and there is none. `pue` replaces the site's, in campaign time (of a PUE by load, which only the
  // finished campaign knows).
  SiteAccount(const Site& site, std::optional<double> start, std::optional<StepSeries> pue = std::nullopt);

  // Throws BillError if a trace does not cover the interval.
  Accrued of(Joules it, Seconds from, Seconds to) const;

 private:
  double mean(const std::optional<StepSeries>& series, double constant, double from, double to,
              const char* what) const;

  std::string name_;
  double start_ = 0;
  double pue_;
  double intensity_;
  double price_;
  double water_;
  double generation_water_;
  bool varies_;
  std::optional<StepSeries> pue_series_;
  std::optional<StepSeries> intensity_series_;
  std::optional<StepSeries> price_series_;
  std::optional<StepSeries> pue_intensity_;  // where both vary
  std::optional<StepSeries> pue_price_;
};

}  // namespace campaign_sim
