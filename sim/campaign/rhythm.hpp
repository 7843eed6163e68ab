// Trials that step alike, and how far apart they began: what a segment that is cut into few rounds must know
// to meet them where its steps would (round_plan.hpp).
#pragma once

#include <cstdint>
#include <map>

#include "sim/core/units.hpp"

namespace campaign_sim {

class Rhythms {
 public:
  // A trial with steps of this period begins to train at `start`: how long after the first of those like it
  // of which some still train.
  Seconds join(Seconds period, Seconds start) {
    Rhythm& rhythm = rhythms_.try_emplace(period, Rhythm{start, 0}).first->second;
    ++rhythm.trials;
    return start - rhythm.first;
  }
  void leave(Seconds period) {
    const auto rhythm = rhythms_.find(period);
    if (--rhythm->second.trials == 0) rhythms_.erase(rhythm);
  }

 private:
  struct Rhythm {
    Seconds first;
    std::uint32_t trials;
  };
  std::map<Seconds, Rhythm> rhythms_;  // by period
};

}  // namespace campaign_sim
