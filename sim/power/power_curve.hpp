// Watts that one accelerator draws, as a function of how hard it computes.
#pragma once

#include <vector>

#include "sim/core/units.hpp"

namespace campaign_sim {

class Reader;

// Power is far from linear in utilisation: an accelerator that sustains 40% of its peak FLOP/s draws
// most of its TDP. So the curve is a table, joined by straight lines, of the share of (max - idle) that
// is drawn at a utilisation (sustained / peak FLOP/s, dense).
class PowerCurve {
 public:
  struct Point {
    double utilisation;  // 0 … 1, increasing; the first is 0, the last 1
    double share;        // of (max - idle), 0 … 1, not decreasing
  };

  // Expects at least two points that meet the ranges above (the loader checks the user's).
  explicit PowerCurve(std::vector<Point> points);

  // Between idle (utilisation 0, share of the first point) and max; utilisation is clipped to 0 … 1.
  Watts watts(double utilisation, Watts idle, Watts max) const;

  const std::vector<Point>& points() const { return points_; }

 private:
  std::vector<Point> points_;
};

// The curve of an accelerator nobody measured: the shape of the one that was (see power_curve.cpp).
PowerCurve typical_power_curve();

// Reads `{kind: typical}` or `{kind: table, utilisation: […], share: […]}`. Mistakes go to the reader.
PowerCurve read_power_curve(Reader& curve);

}  // namespace campaign_sim
