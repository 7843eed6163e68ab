// The best value found so far, as a function of time (or energy, or money), and its spread over replicates.
//
// A result counts from the moment it is complete, never earlier: interpolating between completions
// would let a curve see what the search had not yet seen. Values are minimised; for a metric that is
// maximised pass its negative. Before a run's first result its best is unknown, which is NaN here, not
// infinity.
#pragma once

#include <span>
#include <vector>

namespace campaign_sim {

struct Completion {
  double at = 0;     // time, energy or whatever the curve runs over
  double value = 0;  // NaN (a failed trial) never becomes the best
};

// The least value complete at or before each point of the grid. Completions come in any order; the grid
// ascends.
std::vector<double> best_so_far(std::span<const Completion> run, std::span<const double> grid);

// The integral of the best so far over [lo, hi], exactly; NaN if the run has no result at `lo` yet.
double area_under_best(std::span<const Completion> run, double lo, double hi);

// At each grid point over the runs that have a result there; NaN where none has one.
struct AnytimeCurve {
  std::vector<double> mean;
  std::vector<double> median;          // of an even number: the middle of the two
  std::vector<double> standard_error;  // of the mean, from n - 1 degrees of freedom; NaN where n < 2
};
AnytimeCurve anytime_curve(std::span<const std::vector<Completion>> runs, std::span<const double> grid);

}  // namespace campaign_sim
