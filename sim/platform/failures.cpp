#include "sim/platform/failures.hpp"

#include <array>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <string>

#include "sim/config/reader.hpp"
#include "sim/core/calendar.hpp"

namespace campaign_sim {
namespace {

constexpr Seconds day{seconds_per_day};

// `repair: 4 h` or `repair: {distribution: uniform, min: 1 h, max: 6 h}`.
Delay read_delay(Reader& failures, std::string_view key, Seconds usual) {
  static constexpr std::array<std::string_view, 3> distributions = {"constant", "uniform", "exponential"};
  Delay delay;
  if (!failures.has(key) || failures.is_scalar(key)) {
    delay.mean = failures.quantity_or(key, usual, at_least(0));
    return delay;
  }
  Reader section = failures.section(key);
  const std::string name = section.one_of_or("distribution", distributions[0], distributions);
  if (name == distributions[1]) {
    delay.distribution = Delay::Distribution::uniform;
    const Seconds min = section.quantity<Seconds>("min", at_least(0));
    const Seconds max = section.quantity<Seconds>("max", at_least(0));
    if (section.ok() && min > max) section.reject("min", "'min' is more than 'max'");
    delay.mean = 0.5 * (min + max);
    delay.half_width = 0.5 * (max - min);
    return delay;
  }
  if (name == distributions[2]) delay.distribution = Delay::Distribution::exponential;
  delay.mean = section.quantity<Seconds>("mean", at_least(0));
  return delay;
}

Seconds read_mean_time_between(Reader& failures) {
  const bool has_rate = failures.has("per_1000_node_days");
  if (has_rate && failures.has("mean_time_between"))
    failures.reject("mean_time_between",
                    "'per_1000_node_days' says the same; give one of them (one is 1000 days over the other)");
  if (!has_rate) return failures.quantity<Seconds>("mean_time_between", more_than(0));
  return day * (1000 / failures.number("per_1000_node_days", more_than(0)));
}

}  // namespace

Seconds Delay::at(double uniform) const {
  switch (distribution) {
    case Distribution::constant:
      break;
    case Distribution::uniform:
      return mean + half_width * (2 * uniform - 1);
    case Distribution::exponential:
      return mean * -std::log1p(-uniform);
  }
  return mean;
}

FailureSpec read_failures(Reader& failures, std::uint32_t nodes) {
  constexpr double most_restarts = 1e6;
  FailureSpec result;
  result.mean_time_between = read_mean_time_between(failures);
  result.repair = read_delay(failures, "repair", day);
  result.spares = static_cast<std::uint32_t>(failures.integer_or("spares", 0, between(0, 1e6)));
  if (result.spares > 0 || failures.has("replacement"))
    result.replacement = read_delay(failures, "replacement", Seconds{});
  result.restart = failures.quantity_or("restart", Seconds{}, at_least(0));
  result.max_restarts =
      static_cast<std::uint32_t>(failures.integer_or("max_restarts", 100, between(0, most_restarts)));
  if (!failures.ok()) return result;
  if (result.spares >= nodes)
    failures.reject("spares", "'spares' are " + std::to_string(result.spares) + " of the cluster's " +
                                  std::to_string(nodes) +
                                  " nodes: none is left to work; 'nodes' counts the spares too");
  if (result.repair.mean > result.mean_time_between)
    failures.reject("repair",
                    "'repair' takes longer than a node works between two failures: most nodes would be "
                    "out most of the time; check the units of both");
  if (result.spares == 0 && failures.has("replacement"))
    failures.reject("replacement", "there is nothing to replace a node with; give 'spares' too");
  return result;
}

std::uint32_t nodes_to_count_on(const FailureSpec& failures, std::uint32_t nodes) {
  constexpr double share_of_time = 1e-3;
  const double up = failures.mean_time_between / (failures.mean_time_between + failures.repair.mean);
  const boost::math::binomial working{static_cast<double>(nodes), up};
  std::uint32_t count = nodes - failures.spares;
  while (count > 0 && cdf(complement(working, static_cast<double>(count) - 1)) < share_of_time) --count;
  return count;
}

}  // namespace campaign_sim
