// How near two of SimGrid's dates must be to be the same one.
//
// SimGrid 3.32 ends what is over within `surf/precision`, 1e-9 s, of the clock. Once the clock has run for
// some months that is less than its last digit: a date that it passes by one digit is never reached, and
// everything waits for ever. So the precision follows the dates.
#pragma once

#include "sim/core/units.hpp"

namespace campaign_sim {

class Precision {
 public:
  // Something will end then.
  void expect(Seconds end);

 private:
  double precision_s_ = 1e-9;  // SimGrid's own
};

}  // namespace campaign_sim
