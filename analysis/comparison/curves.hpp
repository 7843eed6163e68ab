// Best-so-far curves of the variants on a common grid.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/comparison/replicates.hpp"

namespace campaign_sim::comparison {

// At one point of the grid. Until every replicate of the variant has a result nothing is averaged: the mean
// of those that began early would be of the lucky ones. What is not there is NaN.
struct CurvePoint {
  double spent = 0;
  std::size_t replicates = 0;  // that have a result by then
  double mean = 0;
  double low = 0;  // of the mean, bootstrap
  double high = 0;
  double median = 0;
  double quarter = 0;  // a quarter of the replicates are below
  double three_quarters = 0;
};

struct VariantCurve {
  Axis axis = Axis::energy;
  std::size_t variant = 0;
  std::vector<CurvePoint> points;
};

// For each axis a grid of equal ratios, from the first result of all to the largest total. A search that has
// ended keeps its best.
std::vector<VariantCurve> curves(const Replicates& replicates, std::uint64_t seed);

// A variant as a point: what it spent against what it found, over its replicates.
struct TradeOff {
  std::size_t variant = 0;
  double energy_kwh = 0;   // mean
  double metric = 0;       // mean; NaN if a replicate measured nothing
  std::size_t rank = 0;    // 0: no other variant is better in both
  double hypervolume = 0;  // of its curves, metric against energy, below what the worst found and spent; mean
};
std::vector<TradeOff> trade_offs(const Replicates& replicates);

}  // namespace campaign_sim::comparison
