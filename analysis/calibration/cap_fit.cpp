#include "analysis/calibration/cap_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "analysis/calibration/block_least_squares.hpp"
#include "analysis/calibration/log_table.hpp"

namespace campaign_sim::calibration {

namespace {

constexpr std::size_t enough_readings = 10;
// Runs of one training repeat to a few per cent of time and draw (NCF in the Zeus traces, which no cap
// touches: 4 %).
constexpr double repeats_to = 0.04;
constexpr double above_its_cap = 1.03;  // more than a meter's error: the clock could not go lower
// How far bursts are held to what is usual, in units of the readings' logarithms: decides only where readings
// do not.
constexpr double hold = 0.02;

double within(double z, double low, double high) { return low + (high - low) / (1 + std::exp(-z)); }
double without(double value, double low, double high) {
  const double share = std::clamp((value - low) / (high - low), 1e-3, 1 - 1e-3);
  return std::log(share / (1 - share));
}

// The accelerator, and what its parameters may be.
struct Card {
  double idle_w = 0;
  double max_w = 0;
  double largest_static = 0;  // the lowest cap lies above what does not follow the clock
  bool clock_ends = false;    // draws above their cap were read

  // From free numbers: whatever they are, the response is a possible one.
  CapResponse response(const Numbers& z) const {
    CapResponse r;
    r.static_draw = within(z[0], 0, largest_static);
    r.floor_clock = within(z[1], 0.05, 0.99);
    r.floor_voltage = within(z[2], 0.05, 1);
    if (clock_ends) r.lowest_clock = within(z[3], 0, r.floor_clock);
    return r;
  }
  Numbers free(const CapResponse& r) const {
    Numbers z(clock_ends ? 4 : 3);
    z[0] = without(r.static_draw, 0, largest_static);
    z[1] = without(r.floor_clock, 0.05, 0.99);
    z[2] = without(r.floor_voltage, 0.05, 1);
    if (clock_ends) z[3] = without(r.lowest_clock, 0, r.floor_clock);
    return z;
  }
  // What draws `uncapped_w` wants bursts from there to the highest, for some share of the most they could be.
  Bursts bursts(const CapResponse& r, double uncapped_w, const Numbers& z) const {
    const double floor = static_draw(r, Watts{idle_w}, Watts{max_w}).base();
    if (uncapped_w <= floor) return {Watts{uncapped_w}, 1};
    const double most = max_w - floor;
    const double burst = within(z[0], uncapped_w - floor, highest_burst * most);
    const double longest = std::min(1.0, (uncapped_w - floor) / std::min(burst, most));
    return {Watts{floor + burst}, longest * within(z[1], 0, 1)};
  }
  Capped capped(const CapResponse& r, const CappedReading& one, const auto& what_it_does) const {
    return under_cap(r, Watts{idle_w}, Watts{max_w}, Watts{one.cap_w}, Watts{one.uncapped_w}, what_it_does);
  }
};

const Numbers usual_bursts = {-1.3, 1.1};  // a burst of 1.3 x the range, 3/4 of the most

// Huber's loss as a residual: its square grows only in proportion from `repeats_to` on.
double robust(double log_error) {
  const double size = std::abs(log_error);
  if (size <= repeats_to) return log_error;
  return std::copysign(std::sqrt(2 * repeats_to * size - repeats_to * repeats_to), log_error);
}

void add_errors(Numbers& residuals, const Capped& capped, const CappedReading& one) {
  residuals.push_back(robust(std::log(capped.slowdown / one.slowdown)));
  residuals.push_back(robust(std::log(capped.draw.base() / one.watts)));
}

using Works = std::vector<std::span<CappedReading>>;  // each the readings of one training

Works works_of(std::vector<CappedReading>& readings) {
  Works works;
  for (auto from = readings.begin(); from != readings.end();) {
    const auto to =
        std::find_if(from, readings.end(), [&](const CappedReading& one) { return one.work != from->work; });
    works.emplace_back(from, to);
    from = to;
  }
  return works;
}

// `response` turns the shared unknowns into a response; there are none where it is known.
BlockProblem with_bursts(const Card& card, const Works& works, const auto& response) {
  return {works.size(), [&card, &works, response](std::size_t block, const Numbers& z, const Numbers& own) {
            const auto& work = works[block];
            const CapResponse r = response(z);
            const Bursts bursts = card.bursts(r, work.front().uncapped_w, own);
            Numbers residuals;
            for (const CappedReading& one : work) add_errors(residuals, card.capped(r, one, bursts), one);
            for (std::size_t i = 0; i < own.size(); ++i)
              residuals.push_back(hold * (own[i] - usual_bursts[i]));
            return residuals;
          }};
}

// The draws of arithmetic and of memory, for trainings of which only the draw is known.
CapResponse with_levels(const Card& card, const Works& works, const CapResponse& fitted) {
  constexpr double apart = 0.01;
  const auto response = [&](const Numbers& z) {
    CapResponse r = fitted;
    r.memory = within(z[0], r.static_draw + apart, 1 - 2 * apart);
    r.compute = within(z[1], r.memory + apart, 1);
    return r;
  };
  const BlockProblem problem{works.size(), [&](std::size_t block, const Numbers& z, const Numbers&) {
                               const CapResponse r = response(z);
                               Numbers residuals;
                               for (const CappedReading& one : works[block])
                                 add_errors(residuals, card.capped(r, one, std::optional<ActivityShares>{}),
                                            one);
                               return residuals;
                             }};
  BlockSolution start{{-1, 2}, std::vector<Numbers>(works.size()), 0};
  return response(minimise(problem, std::move(start)).shared);
}

// Of each training the bursts that fit it best under a response. From several beginnings: caps that hardly
// slow it do not tell a long low burst from a short high one until both are tried.
std::vector<Numbers> best_bursts(const Card& card, const Works& works, const CapResponse& known) {
  std::vector<Numbers> best;
  for (const auto& work : works) {
    const Works alone{work};
    const BlockProblem problem = with_bursts(card, alone, [&known](const Numbers&) { return known; });
    std::optional<BlockSolution> found;
    for (const double burst : {-1.3, -3.0, 0.5}) {
      BlockSolution there = minimise(problem, {{}, {{burst, usual_bursts[1]}}, 0});
      if (!found || there.sum < found->sum) found = std::move(there);
    }
    best.push_back(found->own.front());
  }
  return best;
}

// From several beginnings, for the voltage's floor makes more than one valley.
BlockSolution fit_response(const Card& card, const Works& works) {
  const BlockProblem problem =
      with_bursts(card, works, [&card](const Numbers& z) { return card.response(z); });
  std::optional<BlockSolution> best;
  for (const auto& [share, clock, voltage] :
       {std::array{0.05, 0.8, 0.77}, {0.4, 0.88, 0.75}, {0.5, 0.5, 0.6}}) {
    CapResponse beginning;
    beginning.static_draw = share * card.largest_static;
    beginning.floor_clock = clock;
    beginning.floor_voltage = voltage;
    beginning.lowest_clock = card.clock_ends ? 0.15 : 0;
    BlockSolution found{card.free(beginning), {}, 0};
    for (int round = 0; round < 2; ++round) {
      found.own = best_bursts(card, works, card.response(found.shared));
      found = minimise(problem, std::move(found));
    }
    if (!best || found.sum < best->sum) best = std::move(found);
  }
  return *std::move(best);
}

void add_error(RelativeError& error, double ratio, std::size_t count) {
  error.mean += std::abs(ratio - 1) / static_cast<double>(count);
  error.largest = std::max(error.largest, std::abs(ratio - 1));
}

// Puts what is fitted into the readings, and how far off it is into the fit.
void judge(CapFit& fit, const Card& card, const Works& works) {
  std::size_t count = 0;
  for (const auto& work : works) count += work.size();
  for (std::size_t i = 0; i < works.size(); ++i)
    for (CappedReading& one : works[i]) {
      const Capped capped = card.capped(fit.response, one, fit.bursts[i].bursts);
      one.fitted_slowdown = capped.slowdown;
      one.fitted_watts = capped.draw.base();
      add_error(fit.time, capped.slowdown / one.slowdown, count);
      add_error(fit.energy, capped.slowdown * capped.draw.base() / (one.slowdown * one.watts), count);
      const Capped by_draw = card.capped(fit.response, one, std::optional<ActivityShares>{});
      add_error(fit.time_by_draw, by_draw.slowdown / one.slowdown, count);
      add_error(fit.energy_by_draw, by_draw.slowdown * by_draw.draw.base() / (one.slowdown * one.watts),
                count);
    }
}

}  // namespace

namespace {

// No cap that an accelerator takes slows work a hundredfold or makes it four times as fast: then it was other
// work, or another unit.
void expect_one_work(const std::string& place, const std::string& work, double watts, double slowdown) {
  if (!(watts > 0)) throw LogError{fmt::format("{}: '{}' drew 0 W; was the meter on?", place, work)};
  if (!(slowdown >= 0.25 && slowdown <= 100))
    throw LogError{
        fmt::format("{}: '{}' took {:.3g} times as long under this cap as without one; is it the same work, "
                    "in the same unit of time?",
                    place, work, slowdown)};
}

}  // namespace

std::vector<CappedReading> capped_readings(const std::vector<Reading>& readings, double max_w) {
  struct Mean {
    double watts = 0;
    double seconds = 0;
    double count = 0;
    std::string place;
  };
  std::map<std::string, std::map<double, Mean>> by_work;
  for (const Reading& one : readings) {
    if (one.work.empty() || !one.cap_w || !one.seconds) continue;
    Mean& mean = by_work[one.work][*one.cap_w];
    if (mean.count == 0) mean.place = one.place;
    mean.watts += one.watts;
    mean.seconds += *one.seconds;
    ++mean.count;
  }
  std::vector<CappedReading> result;
  for (const auto& [work, caps] : by_work) {
    const auto& [highest, uncapped] = *caps.rbegin();
    if (highest < 0.999 * max_w) continue;
    for (const auto& [cap, mean] : caps) {
      if (cap == highest) continue;
      const double slowdown = (mean.seconds / mean.count) / (uncapped.seconds / uncapped.count);
      expect_one_work(mean.place, work, mean.watts, slowdown);
      result.push_back(
          {mean.place, work, cap, uncapped.watts / uncapped.count, mean.watts / mean.count, slowdown, 0, 0});
    }
  }
  return result;
}

std::optional<CapFit> fit_cap(std::vector<CappedReading> readings, const CapResponse& known, double idle_w,
                              double max_w) {
  if (readings.empty()) return std::nullopt;
  CapFit fit;
  const auto caps = std::ranges::minmax(readings, {}, &CappedReading::cap_w);
  fit.lowest_cap_w = caps.min.cap_w;
  fit.highest_cap_w = caps.max.cap_w;
  const Card card{idle_w, max_w, 0.95 * (fit.lowest_cap_w - idle_w) / (max_w - idle_w),
                  std::ranges::any_of(readings, [](const CappedReading& one) {
                    return one.watts > above_its_cap * one.cap_w;
                  })};
  fit.response_fitted = readings.size() >= enough_readings && card.largest_static > 0;
  const Works works = works_of(readings);
  std::vector<Numbers> bursts;
  if (fit.response_fitted) {
    BlockSolution found = fit_response(card, works);
    fit.response = with_levels(card, works, card.response(found.shared));
    bursts = std::move(found.own);
  } else {
    const double floor = static_draw(known, Watts{idle_w}, Watts{max_w}).base();
    if (fit.lowest_cap_w <= floor && known.lowest_clock <= 0) return std::nullopt;
    fit.response = known;
    bursts = best_bursts(card, works, known);
  }
  for (std::size_t i = 0; i < works.size(); ++i)
    fit.bursts.push_back({works[i].front().work, works[i].front().uncapped_w,
                          card.bursts(fit.response, works[i].front().uncapped_w, bursts[i])});
  judge(fit, card, works);
  fit.readings = std::move(readings);
  return fit;
}

}  // namespace campaign_sim::calibration
