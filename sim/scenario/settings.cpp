#include "sim/scenario/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/core/calendar.hpp"
#include "sim/platform/plausible_rates.hpp"

namespace campaign_sim {

Objective read_objective(Reader& root) {
  Objective objective;
  Reader section = root.section_or_empty("objective");
  if (section.has("maximise")) {
    objective.direction = Direction::maximise;
    objective.metric = section.text("maximise");
    if (section.has("minimise"))
      section.reject("minimise", "an objective is minimised or maximised, not both");
  } else {
    objective.metric = section.text_or("minimise", "loss");
  }
  if (section.ok() && objective.metric.empty())
    section.reject(section.has("maximise") ? "maximise" : "minimise",
                   "an objective needs a name, such as loss");
  return objective;
}

ResourceSettings read_resource(Reader& search) {
  ResourceSettings resource;
  Reader section = search.section_or_empty("resource");
  resource.unit = section.text_or("unit", "step");
  if (section.ok() && resource.unit.empty())
    section.reject("unit", "a unit needs a name: step, epoch or token");
  resource.max = section.number_or("max", 1, more_than(0));
  resource.min = section.number_or("min", std::min(1.0, resource.max), more_than(0));
  if (section.ok() && resource.min > resource.max)
    section.reject("min", "'min' is more than 'max': no trial could ever be judged");
  return resource;
}

CheckpointSettings read_checkpoint(Reader& root) {
  static constexpr std::array<std::string_view, 3> rules = {"from-checkpoint", "from-scratch", "free"};
  CheckpointSettings checkpoint;
  Reader section = root.section_or_empty("checkpoint");
  const std::string rule = section.one_of_or("resume", rules[0], rules);
  checkpoint.resume = rule == rules[1]   ? Resume::from_scratch
                      : rule == rules[2] ? Resume::free
                                         : Resume::from_checkpoint;
  checkpoint.bandwidth = section.quantity_or("bandwidth", BytesPerSecond{2e9}, more_than(0));
  if (section.has("time")) checkpoint.time = section.quantity<Seconds>("time", at_least(0));
  if (section.has("every")) checkpoint.every = section.quantity<Seconds>("every", more_than(0));
  if (section.has("every_resource"))
    checkpoint.every_resource = section.number("every_resource", more_than(0));
  if (checkpoint.every && checkpoint.every_resource > 0)
    section.reject("every_resource",
                   "'every' counts time and 'every_resource' training progress; give one of them");
  const bool writes = checkpoint.resume == Resume::from_checkpoint;
  if (!writes)
    for (const std::string_view key : {"every", "every_resource", "time"})
      if (section.has(key))
        section.reject(
            key, fmt::format("'{}' needs resume: from-checkpoint (with '{}' none is written)", key, rule));
  return checkpoint;
}

StopRules read_stop(Reader& root) {
  StopRules stop;
  Reader section = root.section_or_empty("stop");
  constexpr double most_trials = 1e9;  // a trial's number has 32 bits
  if (section.has("trials"))
    stop.trials = static_cast<std::uint32_t>(section.integer("trials", between(1, most_trials)));
  if (section.has("resource")) stop.resource = section.number("resource", more_than(0));
  if (section.has("time")) stop.time = section.quantity<Seconds>("time", more_than(0));
  if (section.has("energy")) stop.energy = section.quantity<Joules>("energy", more_than(0));
  if (section.has("co2e")) stop.co2e = section.quantity<Kilograms>("co2e", more_than(0));
  if (section.has("cost")) stop.cost = section.quantity<Money>("cost", more_than(0));
  if (section.has("target")) stop.target = section.number("target");
  if (section.has("no_improvement"))
    stop.no_improvement =
        static_cast<std::uint32_t>(section.integer("no_improvement", between(1, most_trials)));
  if (section.has("gain_per_kwh")) {
    Reader gain = section.section("gain_per_kwh");
    const double least = gain.number("less_than", more_than(0));
    stop.gain_per_kwh = {least, gain.quantity<Joules>("window", more_than(0))};
  }
  return stop;
}

std::optional<double> read_start(Reader& root, const Platform& platform) {
  std::optional<double> start;
  if (root.has("start")) {
    const std::string text = root.text("start");
    start = parse_instant(text);
    if (!start)
      root.reject("start",
                  "'start' must be a date, such as 2023-07-01T00:00 (UTC) or 2023-07-01T00:00+02:00");
    if (!start) return std::nullopt;
  }
  for (const ClusterSpec& cluster : platform.clusters) {
    const Site& site = cluster.site;
    if (!site.needs_start() || !root.ok()) continue;
    if (!start) {
      root.reject("start", "'start' is missing (the rates at " + site.name +
                               " change with the calendar); say when the campaign begins, such as "
                               "2023-07-01T00:00");
      return start;
    }
    for (const auto& series : {site.pue_over_time, site.intensity_over_time, site.price_over_time})
      if (series && !series->covers(*start, *start))
        root.reject("start", "'start' is outside a trace of " + site.name + ", which covers " +
                                 write_instant(series->begin()) + " to " + write_instant(series->end()));
  }
  return start;
}

void expect_possible_prices(Reader& root, const Platform& platform, std::string_view currency) {
  for (const ClusterSpec& cluster : platform.clusters) {
    const double price = cluster.site.electricity_price.base() * joules_per_kwh;
    if (is_beyond_markets(price, currency))
      root.reject("platform",
                  fmt::format("electricity at {} costs {:g} {}/kWh, beyond any market's cap; is the price in "
                              "{}/MWh?",
                              cluster.site.name, price, currency, currency));
  }
}

namespace {

Purchase read_purchase(Reader& accounting, const Platform& platform) {
  static constexpr std::array<std::string_view, 3> ways = {"on-demand", "spot", "owned"};
  if (!accounting.has("purchase")) return Purchase::on_demand;
  const std::string way = accounting.one_of("purchase", ways);
  for (const ClusterSpec& cluster : platform.clusters) {
    if (way == ways[1] && !cluster.spot_price)
      accounting.reject("purchase", "cluster '" + cluster.name + "' has no 'spot_price'; give it one");
    if (way == ways[2] && !cluster.owned_price)
      accounting.reject("purchase",
                        "cluster '" + cluster.name + "' has no 'owned: {price: …}'; say what it cost");
  }
  return way == ways[1] ? Purchase::spot : way == ways[2] ? Purchase::owned : Purchase::on_demand;
}

}  // namespace

AccountingSettings read_accounting(Reader& root, const ResourceSettings& resource, const Platform& platform) {
  static constexpr std::array<std::string_view, 2> charges = {"reserved", "busy"};
  constexpr double month_s = 30 * seconds_per_day;
  using MoneyPerByte = Quantity<0, 0, -1, 0, 0, 1>;
  AccountingSettings accounting;
  Reader section = root.section_or_empty("accounting");
  const std::string charge = section.one_of_or("accelerator_hours", charges[0], charges);
  accounting.charge = charge == charges[1] ? AcceleratorCharge::busy : AcceleratorCharge::reserved;
  accounting.purchase = read_purchase(section, platform);
  if (section.has("billing_granularity"))
    accounting.granularity = section.quantity<Seconds>("billing_granularity", at_least(0));
  if (section.has("storage_price_per_month"))
    accounting.storage_price_per_byte_second =
        section.quantity<MoneyPerByte>("storage_price_per_month", at_least(0)).base() / month_s;
  accounting.final_training = section.number_or("final_training", resource.max, more_than(0));
  return accounting;
}

}  // namespace campaign_sim
