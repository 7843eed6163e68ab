// Until when the rates of a platform's sites are known: traces end.
#pragma once

#include <optional>
#include <string>

#include "sim/platform/platform.hpp"

namespace campaign_sim {

struct Reach {
  double begin = 0;  // instants: what all series have in common
  double end = 0;
  std::string first_to_end;  // "the trace of the grid's intensity at germany"
};

// Nothing if no rate changes with the calendar.
std::optional<Reach> reach_of(const Platform& platform);

// "the trace of the grid's intensity at germany ends at 2024-01-01T00:00:00Z"
std::string describe(const Reach& reach);

// Days from an instant to the end: four digits, rounded down, so that a campaign of as many reaches no
// further.
double days_until_end(const Reach& reach, double instant);

}  // namespace campaign_sim
