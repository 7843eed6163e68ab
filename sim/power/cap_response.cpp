// Dynamic power is c·f·V². The voltage follows the clock f down to a floor, and is constant below it:
//
//   P(f) = static + (P(1) − static) · f · V(f)²,   V(f) = floor_voltage at f <= floor_clock, then straight to
//   1
//
// So the last watts of a cap cost little time (V² falls with f), those below the floor cost it in proportion,
// and near the static draw time grows without bound: energy has a minimum in between. Three kinds of work
// share the time of a training, each with its draw: arithmetic is slowed by 1/f; moving data draws less, and
// is slowed only by a cap below that; waiting for input shrinks before anything gets slower. The cap holds
// at every instant, so the mean draw of a mixture stays below it, as meters show. A training whose readings
// under caps are known is described by its bursts instead: two draws, both slowed by a cap below them.
//
// The clock has an end: at `lowest_clock` a training draws what it draws there, whatever the cap.
//
// The typical response is that of the V100 (You et al., "Zeus", NSDI 2023: published traces of five networks
// at seven caps). Where it is wrong: docs/models.md.

#include "sim/power/cap_response.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/reader.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim {
namespace {

// The draws of one accelerator, in watts above the static draw.
struct Levels {
  double compute;
  double memory;
};

// Share of the dynamic power at full clock that is left at clock f.
double dynamic_power(const CapResponse& r, double f) {
  const double above = (f - r.floor_clock) / (1 - r.floor_clock);
  const double voltage = r.floor_voltage + (1 - r.floor_voltage) * std::max(above, 0.0);
  return f * voltage * voltage;
}

// The clock at which that share is left: the inverse, which rises with the share.
double clock_at(const CapResponse& r, double share) {
  if (share >= 1) return 1;
  const double floor_power = r.floor_clock * r.floor_voltage * r.floor_voltage;
  if (share <= floor_power) return share / (r.floor_voltage * r.floor_voltage);
  double low = r.floor_clock;
  double high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (dynamic_power(r, middle) < share ? low : high) = middle;
  }
  return high;
}

// The levels, scaled so that the mixture, which would draw `mean`, draws `wanted`. Where that asks more of
// arithmetic than the accelerator can draw, moving data draws the rest.
Levels scaled(const Levels& levels, const ActivityShares& shares, double wanted, double mean, double most) {
  const double compute = levels.compute * wanted / mean;
  if (compute <= most || shares.memory <= 0) return {compute, levels.memory * wanted / mean};
  return {most, std::min(most, (wanted - shares.compute * most) / shares.memory)};
}

// Time and draw of one kind of work under a cap: the time is 1 where nothing slows it.
struct Slowed {
  double time = 1;
  double draw = 0;
};
Slowed slowed(const CapResponse& r, double level, double cap) {
  if (level <= cap) return {1, level};
  const double clock = cap > 0 ? clock_at(r, cap / level) : 0;
  if (clock > r.lowest_clock) return {1 / clock, cap};
  return {1 / r.lowest_clock, level * dynamic_power(r, r.lowest_clock)};
}

// Time (1 without a cap) and mean draw above static of a mixture, all of it under `cap` at every instant.
Slowed mixture_under(const CapResponse& r, const ActivityShares& shares, const Levels& levels, double cap) {
  const Slowed compute = slowed(r, levels.compute, cap);
  const Slowed memory = slowed(r, levels.memory, cap);
  const double computing = shares.compute * compute.time;
  const double moving = shares.memory * memory.time;
  const double time = shares.input > 0 ? std::max(1.0, computing + moving) : computing + moving;
  return {time, (computing * compute.draw + moving * memory.draw) / time};
}

// Relative to the same mixture at full power, which may already be held at `max`.
Capped relative_to_full_power(const CapResponse& r, const ActivityShares& shares, const Levels& levels,
                              Watts floor, Watts max, Watts cap, Watts draw) {
  const Slowed full = mixture_under(r, shares, levels, (max - floor).base());
  const Slowed capped = mixture_under(r, shares, levels, (cap - floor).base());
  const Watts most = r.lowest_clock > 0 ? draw : std::min(draw, cap);
  return {std::max(1.0, capped.time / full.time),
          std::min(most, floor + capped.draw / full.draw * (draw - floor))};
}

}  // namespace

Watts static_draw(const CapResponse& response, Watts idle, Watts max) {
  return idle + response.static_draw * (max - idle);
}

ActivityShares shares_of_draw(const CapResponse& response, Watts idle, Watts max, Watts draw) {
  const double share = (draw - idle) / (max - idle);
  if (share >= response.compute) return {1, 0, 0};
  if (share >= response.memory) {
    const double compute = (share - response.memory) / (response.compute - response.memory);
    return {compute, 1 - compute, 0};
  }
  const double memory =
      std::max(0.0, (share - response.static_draw) / (response.memory - response.static_draw));
  return {0, memory, 1 - memory};
}

Capped under_cap(const CapResponse& response, Watts idle, Watts max, Watts cap, Watts draw,
                 const std::optional<ActivityShares>& given) {
  const Watts floor = static_draw(response, idle, max);
  CS_EXPECT(cap > floor || response.lowest_clock > 0);
  if (cap >= max || draw <= floor) return {1, draw};
  const ActivityShares shares = given.value_or(shares_of_draw(response, idle, max, draw));

  const double range = (max - idle).base();
  const Levels typical{(response.compute - response.static_draw) * range,
                       (response.memory - response.static_draw) * range};
  const double mean = shares.compute * typical.compute + shares.memory * typical.memory;
  if (mean <= 0) return {1, std::min(draw, cap)};  // said to do nothing but wait
  const Levels levels = scaled(typical, shares, (draw - floor).base(), mean, (max - floor).base());
  return relative_to_full_power(response, shares, levels, floor, max, cap, draw);
}

Capped under_cap(const CapResponse& response, Watts idle, Watts max, Watts cap, Watts draw,
                 const Bursts& bursts) {
  const Watts floor = static_draw(response, idle, max);
  CS_EXPECT(cap > floor || response.lowest_clock > 0);
  if (cap >= max || draw <= floor) return {1, draw};
  const double mean = (draw - floor).base();
  const double most = (max - floor).base();
  const double burst = std::clamp((bursts.draw - floor).base(), mean, highest_burst * most);
  const double drawn = std::min(burst, most);
  const double share = std::min(bursts.share, mean / drawn);
  const double valley = share < 1 ? std::max(0.0, (mean - share * drawn) / (1 - share)) : 0;
  return relative_to_full_power(response, {share, 1 - share, 0}, {burst, valley}, floor, max, cap, draw);
}

Watts most_under_cap(const CapResponse& response, Watts idle, Watts max, Watts cap) {
  if (response.lowest_clock <= 0) return cap;
  const Watts floor = static_draw(response, idle, max);
  const double left = highest_burst * dynamic_power(response, response.lowest_clock);
  return std::max(cap, std::min(max, floor + left * (max - floor)));
}

CapResponse read_cap_response(Reader& yaml) {
  constexpr Range inside = {.low = 0, .high = 1, .low_open = true, .high_open = true};
  CapResponse r;
  r.static_draw = yaml.number_or("static", r.static_draw, {.low = 0, .high = 1, .high_open = true});
  r.memory = yaml.number_or("memory", r.memory, between(0, 1));
  r.compute = yaml.number_or("compute", r.compute, between(0, 1));
  r.floor_clock = yaml.number_or("floor_clock", r.floor_clock, inside);
  r.floor_voltage = yaml.number_or("floor_voltage", r.floor_voltage, {.low = 0, .high = 1, .low_open = true});
  r.lowest_clock = yaml.number_or("lowest_clock", r.lowest_clock, {.low = 0, .high = 1, .high_open = true});
  if (yaml.ok() && !(r.static_draw < r.memory && r.memory < r.compute))
    yaml.reject(
        "", fmt::format("'static' ({:g}), 'memory' ({:g}) and 'compute' ({:g}) must increase (moving data "
                        "draws more than doing nothing, and less than arithmetic)",
                        r.static_draw, r.memory, r.compute));
  if (yaml.ok() && r.lowest_clock > r.floor_clock)
    yaml.reject("lowest_clock",
                fmt::format("'lowest_clock' must be at most 'floor_clock' ({:g}): the voltage "
                            "stops falling before the clock does",
                            r.floor_clock));
  return r;
}

}  // namespace campaign_sim
