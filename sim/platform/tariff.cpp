#include "sim/platform/tariff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/config/reader.hpp"
#include "sim/core/calendar.hpp"

namespace campaign_sim {
namespace {

// `07:00`, or `24:00` for the end of the day.
std::optional<double> time_in(Reader& window, std::string_view key) {
  const std::string text = window.text(key);
  if (!window.ok()) return std::nullopt;
  if (text == "24:00") return seconds_per_day;
  if (const auto instant = parse_instant("1970-01-01T" + text); instant && text.size() == 5) return *instant;
  window.reject(key, fmt::format("'{}' must be a time of day, such as 07:00", key));
  return std::nullopt;
}

}  // namespace

std::optional<Tariff> read_tariff(Reader& section) {
  static constexpr std::array<std::string_view, 3> days = {"weekdays", "weekends", "all"};
  Tariff tariff;
  tariff.otherwise = section.quantity<MoneyPerJoule>("otherwise");
  tariff.utc_offset_s = 3600 * section.number_or("utc_offset_h", 0, between(-14, 14));
  for (Reader& window : section.items("time_of_use")) {
    Tariff::Window read;
    const std::string on = window.one_of_or("days", "all", days);
    read.weekdays = on != days[1];
    read.weekends = on != days[0];
    read.price = window.quantity<MoneyPerJoule>("price");
    const auto from = time_in(window, "from");
    const auto to = time_in(window, "to");
    if (!from || !to) continue;
    if (*from >= *to)
      window.reject("to", "'to' must be later than 'from' (write two windows for one that spans midnight)");
    read.from_s = *from;
    read.to_s = *to;
    tariff.windows.push_back(read);
  }
  if (!section.ok()) return std::nullopt;
  return tariff;
}

StepSeries Tariff::series(double from, double to) const {
  std::vector<double> starts;
  std::vector<double> values;
  const double first_day =
      std::floor((from + utc_offset_s) / seconds_per_day) * seconds_per_day - utc_offset_s;
  for (double day = first_day; day < to; day += seconds_per_day) {
    const bool weekend = clock_time(day + 1, utc_offset_s).weekday >= 5;
    const auto fits = [&](const Window& window) { return weekend ? window.weekends : window.weekdays; };
    std::vector<double> edges{0};
    for (const Window& window : windows)
      if (fits(window)) edges.insert(edges.end(), {window.from_s, window.to_s});
    std::ranges::sort(edges);
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    for (const double edge : edges) {
      if (edge >= seconds_per_day) continue;
      const auto window = std::ranges::find_if(
          windows, [&](const Window& w) { return fits(w) && w.from_s <= edge && edge < w.to_s; });
      const double price = (window == windows.end() ? otherwise : window->price).base();
      if (!values.empty() && values.back() == price) continue;
      starts.push_back(day + edge);
      values.push_back(price);
    }
  }
  return {std::move(starts), std::move(values),
          std::ceil((to - first_day) / seconds_per_day) * seconds_per_day + first_day};
}

}  // namespace campaign_sim
