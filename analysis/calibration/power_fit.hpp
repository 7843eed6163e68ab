// The power curve through readings of utilisation and watts: straight lines between a few knots, rising, by
// least squares.
//
// The unknowns are the watts at rest and the rise from knot to knot, none of them negative (an accelerator
// that works harder does not draw less): non-negative least squares after Lawson & Hanson, "Solving Least
// Squares Problems", 1974, ch. 23, on the normal equations as Bro & De Jong, J. Chemometrics 11, 1997.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace campaign_sim::calibration {

constexpr double at_rest = 0.01;  // utilisation, or load, up to which nothing is taken to run

struct Drawn {
  double utilisation = 0;  // 0 … 1
  double watts = 0;
};

struct PowerFit {
  std::vector<Drawn> points;  // from utilisation 0 to 1
  std::size_t readings = 0;
  bool rest_seen = false;  // readings at utilisation 0: else the first point is what the caller gave
  double lowest = 0;       // utilisation that was read; outside, the curve is held level…
  double highest = 0;      // …above, and runs to the watts at rest below
  double rmse_w = 0;
  double r2 = 0;  // share of the readings' variance that the curve accounts for

  double watts(double utilisation) const;
};

// Nothing if the readings are at fewer than two utilisations: then there is no curve to see. `rest_w` is used
// where no reading is at rest.
std::optional<PowerFit> fit_power(std::span<const Drawn> readings, double rest_w);

}  // namespace campaign_sim::calibration
