// When more searching is no longer worth its energy: `stop.gain_per_kwh`.
//
// The rule is ours: over the last `window` of facility energy the best loss has improved by less than
// `least` per kilowatt-hour. It is first asked when the first loss is a window old. Improvement is in the
// metric's own unit; how small a gain is still worth a kilowatt-hour is the user's to say.
#pragma once

#include <deque>
#include <limits>

#include "sim/core/units.hpp"

namespace campaign_sim {

class GainPerEnergy {
 public:
  GainPerEnergy(double least_per_kwh, Joules window);

  // The best loss is now this; lower than any before.
  void improved(double loss, Joules spent);
  // The energy from which the rule is met, if nothing improves before; infinite before the first loss.
  Joules due() const;

 private:
  struct Best {
    double loss;
    Joules from;  // was the best loss from here on
  };

  double most_change_;  // of the loss, in the window, that is too little
  Joules window_;
  std::deque<Best> bests_;
};

}  // namespace campaign_sim
