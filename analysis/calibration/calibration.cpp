#include "analysis/calibration/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "analysis/calibration/log_table.hpp"

namespace campaign_sim::calibration {

namespace {

// Accelerators overshoot their limit for milliseconds; more than this is another unit or another machine.
constexpr double most_of_max = 1.5;
constexpr double least_of_max = 0.02;  // if even the highest reading is below: kW for W

void check_devices(const std::vector<Log>& logs) {
  const Log* first = nullptr;
  for (const Log& log : logs) {
    if (log.device.empty()) continue;
    if (first && log.device != first->device)
      throw LogError{fmt::format("{} is of '{}', but {} of '{}'; a fit is of one kind of accelerator",
                                 log.name, log.device, first->name, first->device)};
    if (!first) first = &log;
  }
}

void check_watts(const std::vector<Reading>& readings, const Machine& machine) {
  for (const Reading& one : readings)
    if (one.watts > most_of_max * machine.max_w)
      throw LogError{fmt::format(
          "{}: {:g} W, but {} draws at most {:g} W; is the log in mW, or of several of them together?",
          one.place, one.watts, machine.name, machine.max_w)};
  for (const Reading& one : readings)
    if (one.cap_w && *one.cap_w > most_of_max * machine.max_w)
      throw LogError{
          fmt::format("{}: a power limit of {:g} W, but {} draws at most {:g} W; is the limit in mW?",
                      one.place, *one.cap_w, machine.name, machine.max_w)};
  const auto highest = std::ranges::max_element(readings, {}, &Reading::watts);
  if (highest->watts < least_of_max * machine.max_w)
    throw LogError{
        fmt::format("{}: {:g} W is the highest draw, but {} draws up to {:g} W; is the log in kW, or of "
                    "another machine?",
                    highest->place, highest->watts, machine.name, machine.max_w)};
}

// What the log has as FLOP/s, as a share of the peak.
void fill_utilisation(std::vector<Reading>& readings, const Machine& machine) {
  for (Reading& one : readings) {
    if (!one.flops) continue;
    const auto peak = machine.peak.find(one.precision);
    if (peak == machine.peak.end())
      throw LogError{
          fmt::format("{}: precision '{}', of which {} has no peak", one.place, one.precision, machine.name)};
    one.utilisation = *one.flops / peak->second;
    if (*one.utilisation > 1)
      throw LogError{fmt::format("{}: {:.4g} FLOP/s are more than the {:.4g} that {} has in {}", one.place,
                                 *one.flops, peak->second, machine.name, one.precision)};
  }
}

bool is_capped(const Reading& one, const Machine& machine) {
  return one.cap_w && *one.cap_w < 0.98 * machine.max_w;
}

// A capped reading says what the cap does, not what the accelerator would draw; used only where there is no
// other.
std::vector<Drawn> drawn_of(const std::vector<Reading>& readings, const Machine& machine) {
  const auto collect = [&](bool capped_too) {
    std::vector<Drawn> drawn;
    for (const Reading& one : readings)
      if (one.utilisation && (capped_too || !is_capped(one, machine)))
        drawn.push_back({*one.utilisation, one.watts});
    return drawn;
  };
  std::vector<Drawn> drawn = collect(false);
  return drawn.size() >= 2 ? drawn : collect(true);
}

double mean_of_lowest(const std::vector<Reading>& readings) {
  std::vector<double> watts;
  for (const Reading& one : readings) watts.push_back(one.watts);
  std::ranges::sort(watts);
  const std::size_t count = std::max<std::size_t>(1, watts.size() / 20);
  return std::accumulate(watts.begin(), watts.begin() + static_cast<std::ptrdiff_t>(count), 0.0) /
         static_cast<double>(count);
}

void fit_rest_and_power(Calibration& result, const Machine& machine) {
  result.idle_w = machine.idle_w;
  const std::vector<Drawn> drawn = drawn_of(result.readings, machine);
  if (drawn.empty()) {
    result.no_power = "the logs have no utilisation";
    const bool trainings =
        std::ranges::any_of(result.readings, [](const Reading& one) { return one.seconds.has_value(); });
    if (trainings) return;  // means of work: none of them is rest
    result.idle_w = mean_of_lowest(result.readings);
    result.rest = Rest::lowest_draws;
  } else if (auto fit = fit_power(drawn, machine.idle_w)) {
    if (fit->rest_seen) {
      result.idle_w = fit->points.front().watts;
      result.rest = Rest::read;
    }
    result.power = std::move(fit);
  } else {
    result.no_power = "all readings are at one utilisation";
    if (drawn.front().utilisation > at_rest) return;
    result.idle_w = 0;
    for (const Drawn& one : drawn) result.idle_w += one.watts / static_cast<double>(drawn.size());
    result.rest = Rest::read;
  }
}

}  // namespace

Calibration calibrate(const std::vector<Log>& logs, const Machine& machine) {
  check_devices(logs);
  Calibration result;
  for (const Log& log : logs)
    result.readings.insert(result.readings.end(), log.readings.begin(), log.readings.end());
  check_watts(result.readings, machine);
  fill_utilisation(result.readings, machine);
  fit_rest_and_power(result, machine);
  if (result.idle_w >= machine.max_w)
    throw LogError{fmt::format("the draw at rest is {:.1f} W, but {} draws at most {:g} W: is this its log?",
                               result.idle_w, machine.name, machine.max_w)};

  auto capped = capped_readings(result.readings, machine.max_w);
  const std::size_t count = capped.size();
  result.cap = fit_cap(std::move(capped), machine.cap_response, result.idle_w, machine.max_w);
  if (!result.cap)
    result.no_cap = count == 0
                        ? fmt::format("no work ran both under a cap and without one ({:g} W)", machine.max_w)
                        : fmt::format("{} readings under caps are too few, and too low", count);
  if (result.rest == Rest::catalogue && !result.power && !result.cap)
    throw LogError{fmt::format(
        "{}: nothing of {} can be fitted to this: no reading at rest, no two utilisations, and {}",
        logs.front().name, machine.name, result.no_cap)};
  return result;
}

}  // namespace campaign_sim::calibration
