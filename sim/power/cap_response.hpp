// What a power cap does to a training: how much longer it takes, and what the accelerator draws meanwhile.
#pragma once

#include <optional>

#include "sim/core/units.hpp"

namespace campaign_sim {

class Reader;

// Shares of the time that an uncapped training spends on arithmetic, on moving data in the accelerator's
// memory, and waiting for what it is fed with; 1 in all.
struct ActivityShares {
  double compute = 0.978;
  double memory = 0.152;
  double input = 0;
};

// How bursty a training is: for a share of its uncapped time it wants `draw` at full clock, which may be more
// than the accelerator is allowed; for the rest, what is left of its mean.
struct Bursts {
  Watts draw;
  double share = 1;
};
inline constexpr double highest_burst =
    2;  // times the accelerator's range: no chip is built to be held so far down

// An accelerator meets its cap by lowering its clock. Watts are idle + share · (max − idle) throughout. The
// values here are those of the one that was read most (see cap_response.cpp).
struct CapResponse {
  double static_draw = 0;        // share that does not follow the clock
  double memory = 0.152;         // share drawn while it moves data…
  double compute = 0.978;        // …and while it computes, at full clock
  double floor_clock = 0.800;    // of the full clock: below it the voltage falls no further
  double floor_voltage = 0.769;  // of the voltage at full clock
  double lowest_clock = 0;       // of the full clock: a cap that asks for less is not kept
};

struct Capped {
  double slowdown = 1;  // time under the cap over time without it, at least 1
  Watts draw;           // on average; as without a cap where that is less, above it only at the lowest clock
};

// A training that draws `draw` on average without a cap. Where the shares are not known they follow from the
// draw: what draws like arithmetic computes, what draws less moves data or waits. `cap` must be more than
// the static draw, unless there is a lowest clock.
Capped under_cap(const CapResponse& response, Watts idle, Watts max, Watts cap, Watts draw,
                 const std::optional<ActivityShares>& shares);
// The same of a training whose bursts are known. Bursts that would draw more than the training does last for
// a smaller share of it.
Capped under_cap(const CapResponse& response, Watts idle, Watts max, Watts cap, Watts draw,
                 const Bursts& bursts);
// What any training draws at most under a cap: the cap, or what is left at the lowest clock.
Watts most_under_cap(const CapResponse& response, Watts idle, Watts max, Watts cap);

// What does not follow the clock, and the shares that follow from a draw (for tests and reports).
Watts static_draw(const CapResponse& response, Watts idle, Watts max);
ActivityShares shares_of_draw(const CapResponse& response, Watts idle, Watts max, Watts draw);

// Reads `{static: …, memory: …, compute: …, floor_clock: …, floor_voltage: …,
// lowest_clock: …}`; what is left out is typical.
// Mistakes go to the reader.
CapResponse read_cap_response(Reader& response);

}  // namespace campaign_sim
