// The questions that a comparison answers, each as one number per variant and seed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/comparison/replicates.hpp"

namespace campaign_sim::comparison {

// A replicate that never got there (never reached the target, never measured anything by then) is censored:
// its value is infinite, on the bad side. One that failed to run at all is missing: NaN.
struct Question {
  std::string key;    // energy_to_target
  std::string label;  // energy until loss 2.31
  std::string unit;   // kWh; empty for the metric
  bool lower_is_better = true;
  std::vector<std::vector<double>> values;  // [variant][seed]

  double worst() const;
};

// - best_metric: at the end of the search;
// - metric_at_equal_<axis>: when every replicate has spent as much as the one that spent least in all, so
// that
//   no search is judged on money that another never had;
// - <axis>_to_target, if a target is named;
// - mean_metric_over_energy: the area under the best-so-far curve between the moment at which every replicate
//   has a result and that equal energy, over its width;
// - total_<axis>: of the whole search.
std::vector<Question> questions(const Replicates& replicates, std::optional<double> target);

// The least total that any replicate spent: what all of them have in common. NaN if there is none.
double equal_budget(const Replicates& replicates, Axis axis);

}  // namespace campaign_sim::comparison
