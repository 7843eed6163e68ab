// Progressive dynamic hurdles: So et al., "The evolved transformer", ICML 2019, section 3.3. All children
// train increments[0] and are scored. When `children_per_hurdle` children have been scored, the first
// hurdle is the mean loss of the current population. From then on a child that beats it trains
// increments[1] more and is scored again. When as many children more have been scored, the next hurdle is
// the mean loss of those members of the current population that reached the highest rung so far; and so on.
// A child's fitness is its loss at the last rung it reached.
//
// Ours, where the paper is silent:
//  - a child is judged by the hurdles that stand when it reports, also if it was made before they did;
//  - beating is strict: a loss equal to the hurdle stops;
//  - a child counts as scored when its training ends, the first population's children and failed ones
//    (loss not finite) included; a failed child is not in the population, so not in a mean either;
//  - a hurdle that is due while no member of the population has reached the highest rung waits for the
//    first that does; the next one is due `children_per_hurdle` children after it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/trial.hpp"
#include "sim/search/population/population.hpp"

namespace campaign_sim {

class Hurdles {
 public:
  // increments: at least one, all positive.
  Hurdles(std::uint64_t children_per_hurdle, std::vector<Resource> increments);

  // Whether a child with this loss at `rung` trains on to the next.
  bool passes(double loss, std::size_t rung) const { return rung < hurdles_.size() && loss < hurdles_[rung]; }
  // The total a child has been trained when it reaches a rung.
  Resource resource_at(std::size_t rung) const { return resources_[rung]; }

  // One child more has been scored; the population is as it is now, with the child.
  void scored(std::span<const Member> population);

  std::span<const double> hurdles() const { return hurdles_; }

 private:
  std::uint64_t children_per_hurdle_;
  std::uint64_t scored_since_last_ = 0;
  std::vector<Resource> resources_;
  std::vector<double> hurdles_;
};

}  // namespace campaign_sim
