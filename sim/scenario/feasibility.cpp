#include "sim/scenario/feasibility.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/calendar.hpp"
#include "sim/platform/reach.hpp"
#include "sim/search/registry.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

constexpr std::uint64_t probes = 64;

bool ends_by_itself(const std::string& strategy) {
  const auto entries = strategies();
  const auto found = std::ranges::find(entries, strategy, &StrategyEntry::name);
  return found != entries.end() && found->ends_by_itself;
}

std::vector<Configuration> some_configurations(const Scenario& scenario) {
  std::vector<Configuration> configurations;
  const std::uint64_t count = scenario.space.size() == 0 ? 1 : probes;  // an empty space has one point
  for (std::uint64_t k = 0; k < count; ++k)
    configurations.push_back(random_configuration(scenario.space, scenario.seed, k));
  return configurations;
}

// Why one configuration does not fit anywhere; empty if it does.
std::string obstacle(const Scenario& scenario, const Configuration& configuration) {
  std::string why;
  for (const ClusterSpec& cluster : scenario.platform.clusters) {
    Device device = device_of(cluster, scenario.precision);
    auto cost = scenario.workload->cost(configuration, device);
    const bool out_of_memory = !cost;
    if (out_of_memory) {
      device.memory = Bytes{std::numeric_limits<double>::infinity()};
      cost = scenario.workload->cost(configuration, device);
      if (!cost) return {};  // nothing is known of it: not a matter of machines
    }
    const std::uint32_t most = cluster.most_accelerators_of_a_trial();
    const bool too_wide = static_cast<std::uint32_t>(cost->accelerators) > most;
    if (!out_of_memory && !too_wide) return {};
    if (!why.empty()) why += "; ";
    if (out_of_memory)
      why += fmt::format("it needs {:.4g} GB on each accelerator, and {} of cluster '{}' has {:.4g} GB",
                         cost->memory.base() / 1e9, cluster.accelerator.name, cluster.name,
                         cluster.accelerator.memory.base() / 1e9);
    else if (static_cast<std::uint32_t>(cost->accelerators) > cluster.accelerators())
      why += fmt::format("it needs {} accelerators, and cluster '{}' has {}", cost->accelerators,
                         cluster.name, cluster.accelerators());
    else
      why += fmt::format(
          "it needs {} accelerators, and with its failures and spares cluster '{}' has no more than {} "
          "at once for even a thousandth of the time; give it more nodes or a shorter repair",
          cost->accelerators, cluster.name, most);
  }
  return why;
}

}  // namespace

bool ends_without_counting_trials(const Scenario& scenario) {
  const StopRules& stop = scenario.stop;
  if (stop.resource || stop.time || stop.energy || stop.no_improvement) return true;
  const auto emits = [](const ClusterSpec& cluster) { return cluster.site.intensity.base() > 0; };
  if (stop.co2e && std::ranges::any_of(scenario.platform.clusters, emits)) return true;
  const auto costs = [&](const ClusterSpec& cluster) {
    return cluster.site.electricity_price.base() > 0 ||
           hire_price(cluster, scenario.accounting.purchase).base() > 0;
  };
  return stop.cost && std::ranges::any_of(scenario.platform.clusters, costs);
}

void expect_an_end(Reader& root, const Scenario& scenario) {
  if (ends_by_itself(scenario.strategy_name)) return;
  if (scenario.stop.trials || ends_without_counting_trials(scenario)) return;
  root.reject("stop",
              fmt::format("nothing is sure to end this campaign ('{}' goes on for ever); add a rule, such "
                          "as stop: {{trials: 100}}",
                          scenario.strategy_name));
}

void expect_room(Reader& root, const Scenario& scenario) {
  std::string why;
  for (const Configuration& configuration : some_configurations(scenario)) {
    std::string reason = obstacle(scenario, configuration);
    if (reason.empty()) return;
    if (why.empty()) why = std::move(reason);
  }
  root.reject("workload",
              fmt::format("no trial fits on any cluster of '{}': {}", scenario.platform.name, why));
}

void expect_possible_caps(Reader& root, const Scenario& scenario) {
  const std::optional<std::size_t> searched = scenario.space.find("power_cap");
  std::vector<Configuration> configurations{random_configuration(scenario.space, scenario.seed, 0)};
  if (searched) {
    const Configuration some = configurations.front();
    const Parameter& caps = scenario.space.parameters[*searched];
    configurations.clear();
    std::vector<double> values = {caps.low, caps.high};  // of a range the ends
    if (caps.is_choice())
      for (double choice = caps.low + 1; choice < caps.high; ++choice) values.push_back(choice);
    for (const double value : values) {
      configurations.push_back(some);
      configurations.back().values[*searched] = value;
    }
  }
  for (const Configuration& configuration : configurations) {
    for (const ClusterSpec& cluster : scenario.platform.clusters) {
      const auto cost = scenario.workload->cost(configuration, device_of(cluster, scenario.precision));
      if (!cost || !cost->power_cap) continue;
      if (const std::string why = why_not_cap(cluster.accelerator, *cost->power_cap); !why.empty())
        return root.reject(searched ? "space" : "workload", fmt::format("'power_cap': {}", why));
    }
  }
}

std::string why_no_links(const ClusterSpec& cluster, const TrainingCost& cost) {
  const auto wanted = static_cast<std::uint32_t>(cost.accelerators);
  if (cluster.network || cost.exchanges.empty() || wanted <= cluster.accelerators_per_node ||
      wanted > cluster.accelerators())
    return {};
  return fmt::format(
      "a trial of {} accelerators exchanges data over several nodes of cluster '{}', which has no 'network' "
      "(it would cost nothing); give it one",
      wanted, cluster.name);
}

std::string why_not_watts(const ClusterSpec& cluster, const TrainingCost& cost) {
  const Accelerator& accelerator = cluster.accelerator;
  if (!cost.training.watts || *cost.training.watts <= accelerator.max) return {};
  return fmt::format(
      "a trial draws {:g} W on {}, which draws at most {:g} W; lower the trial's power or raise the "
      "accelerator's 'max'",
      cost.training.watts->base(), accelerator.name, accelerator.max.base());
}

std::string why_too_long(const ClusterSpec& cluster, const TrainingCost& cost, Resource most) {
  constexpr Seconds longest{1e12};  // a clock of 64 bits still tells tenths of a millisecond
  const Seconds training = cost.per_unit * most;
  if (training <= longest) return {};
  return fmt::format(
      "a trial trains for {:.3g} years on {} of cluster '{}'; is its time, or 'resource', in another unit?",
      training / Seconds{seconds_per_year}, cluster.accelerator.name, cluster.name);
}

void expect_able_machines(Reader& root, const Scenario& scenario) {
  std::string no_links;
  std::string not_watts;
  std::string too_long;
  for (const Configuration& configuration : some_configurations(scenario)) {
    for (const ClusterSpec& cluster : scenario.platform.clusters) {
      const auto cost = scenario.workload->cost(configuration, device_of(cluster, scenario.precision));
      if (cost && no_links.empty()) no_links = why_no_links(cluster, *cost);
      if (cost && not_watts.empty()) not_watts = why_not_watts(cluster, *cost);
      if (cost && too_long.empty()) too_long = why_too_long(cluster, *cost, scenario.resource.max);
    }
  }
  if (!no_links.empty()) root.reject("platform", no_links);
  for (const std::string& why : {not_watts, too_long})
    if (!why.empty()) root.reject("workload", why);
}

void expect_sized_checkpoints(Reader& root, const Scenario& scenario) {
  const CheckpointSettings& checkpoint = scenario.checkpoint;
  if (!(scenario.accounting.storage_price_per_byte_second > 0) || !checkpoint.time) return;
  Reader section = root.section("checkpoint");
  if (*checkpoint.time <= Seconds{})
    return section.reject("time",
                          "checkpoints that take no time are not in the ledger, so nobody can bill how long "
                          "they are stored; give a time, or 'bandwidth' instead");
  for (const Configuration& configuration : some_configurations(scenario))
    for (const ClusterSpec& cluster : scenario.platform.clusters) {
      const auto cost = scenario.workload->cost(configuration, device_of(cluster, scenario.precision));
      if (cost && cost->checkpoint <= Bytes{})
        return section.reject("time",
                              "stored checkpoints are billed by their size, which 'time' does not tell; give "
                              "the workload a 'checkpoint'");
    }
}

void expect_possible_checkpoints(Reader& root, const Scenario& scenario) {
  constexpr double most = 1e6;  // of one trial; each is two rows of the ledger
  const CheckpointSettings& checkpoint = scenario.checkpoint;
  if (!checkpoint.every && checkpoint.every_resource <= 0) return;
  const std::string_view key = checkpoint.every ? "every" : "every_resource";
  Reader section = root.section("checkpoint");
  for (const Configuration& configuration : some_configurations(scenario)) {
    for (const ClusterSpec& cluster : scenario.platform.clusters) {
      const auto cost = scenario.workload->cost(configuration, device_of(cluster, scenario.precision));
      if (!cost || cost->per_unit <= Seconds{}) continue;
      const BytesPerSecond bandwidth = cluster.storage ? cluster.storage->write : checkpoint.bandwidth;
      const Seconds writing = checkpoint.time.value_or(cost->checkpoint / bandwidth);
      const Seconds between = checkpoint.every.value_or(cost->per_unit * checkpoint.every_resource);
      if (writing <= Seconds{}) continue;
      if (between <= writing)
        return section.reject(key,
                              fmt::format("a checkpoint takes {:.4g} s to write, and the next one is due "
                                          "after {:.4g} s of training; make '{}' longer",
                                          writing.base(), between.base(), key));
      const double count = cost->per_unit * scenario.resource.max / between;
      if (count > most)
        return section.reject(key, fmt::format("a trial would write {:.3g} checkpoints (at most {:g} can be "
                                               "simulated); make '{}' longer",
                                               count, most, key));
    }
  }
}

void expect_traces_reach(Reader& root, const Scenario& scenario) {
  const std::optional<Reach> reach = reach_of(scenario.platform);
  if (!reach || !scenario.start || !scenario.stop.time) return;
  const double last = *scenario.start + scenario.stop.time->base();
  if (last <= reach->end) return;
  Reader stop = root.section("stop");
  stop.reject("time",
              fmt::format("'time' lets the campaign go on until {}, and {}: begin earlier, take a "
                          "longer trace, or stop after {:.4g} d",
                          write_instant(last), describe(*reach), days_until_end(*reach, *scenario.start)));
}

}  // namespace campaign_sim
