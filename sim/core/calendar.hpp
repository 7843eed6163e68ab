// Dates as people write them, and instants as numbers: seconds since 1970-01-01T00:00Z, without leap
// seconds. A campaign's own time starts at 0; only what varies with the calendar (a grid's intensity, a
// tariff) needs to know when that was.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace campaign_sim {

inline constexpr double seconds_per_day = 86400;
inline constexpr double seconds_per_year = 365.25 * seconds_per_day;  // on average

// `2023-07-01`, `2023-07-01T14:30`, `2023-07-01 14:30:05`, each perhaps followed by `Z` or an offset such as
// `+02:00`; without one it is UTC. Nothing if the text is no such date.
std::optional<double> parse_instant(std::string_view text);

// `2023-07-01T14:30:00Z`; parts of a second are dropped.
std::string write_instant(double instant_s);

// Where an instant falls in its day and week, at a fixed offset from UTC.
struct ClockTime {
  int weekday = 0;    // 0 is Monday
  double second = 0;  // of the day
};
ClockTime clock_time(double instant_s, double utc_offset_s);

}  // namespace campaign_sim
