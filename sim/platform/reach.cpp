#include "sim/platform/reach.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "sim/core/calendar.hpp"

namespace campaign_sim {

std::optional<Reach> reach_of(const Platform& platform) {
  Reach reach{-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(), {}};
  for (const ClusterSpec& cluster : platform.clusters) {
    const Site& site = cluster.site;
    const auto note = [&](const auto& series, const char* what) {
      if (!series) return;
      reach.begin = std::max(reach.begin, series->begin());
      if (series->end() >= reach.end) return;
      reach.end = series->end();
      reach.first_to_end = fmt::format("the trace of the {} at {}", what, site.name);
    };
    note(site.pue_over_time, "PUE");
    note(site.intensity_over_time, "grid's intensity");
    note(site.price_over_time, "electricity price");
  }
  if (reach.first_to_end.empty()) return std::nullopt;
  return reach;
}

std::string describe(const Reach& reach) {
  return fmt::format("{} ends at {}", reach.first_to_end, write_instant(reach.end));
}

double days_until_end(const Reach& reach, double instant) {
  const double days = (reach.end - instant) / seconds_per_day;
  if (days <= 0) return 0;
  const double last_digit = std::pow(10, std::floor(std::log10(days)) - 3);
  return std::floor(days / last_digit) * last_digit;
}

}  // namespace campaign_sim
