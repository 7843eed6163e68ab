#include "sim/scenario/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/core/calendar.hpp"
#include "sim/core/expect.hpp"
#include "sim/platform/plausible_rates.hpp"
#include "sim/scenario/feasibility.hpp"
#include "sim/search/registry.hpp"
#include "sim/search/space.hpp"
#include "sim/workload/power_cap.hpp"
#include "sim/workload/registry.hpp"

namespace campaign_sim {

namespace {

template <class Entries>
std::vector<std::string_view> names_of(const Entries& entries) {
  std::vector<std::string_view> names;
  for (const auto& entry : entries) names.push_back(entry.name);
  return names;
}

template <class Entries>
const auto& entry_named(const Entries& entries, const std::string& name) {
  const auto found = std::ranges::find_if(entries, [&](const auto& entry) { return entry.name == name; });
  return found == entries.end() ? entries.front() : *found;  // a wrong name was already reported
}

// Nothing in the section is a mistake to this caller.
void skip_all(Reader& section) {
  for (const std::string& key : section.keys()) section.skip(key);
}

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

// Nothing if nothing depends on it.
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

// Prices per MWh that were written per kWh.
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

void read_search(Reader& search, Scenario& scenario) {
  const auto entries = strategies();
  const auto names = names_of(entries);
  scenario.strategy_name = search.one_of("strategy", names);
  if (search.has("parallel_trials"))
    scenario.parallel_trials = static_cast<std::uint32_t>(search.integer("parallel_trials", between(1, 1e9)));
  const SearchProblem problem{scenario.space,
                              scenario.resource.unit,
                              scenario.resource.min,
                              scenario.resource.max,
                              scenario.stop.trials,
                              scenario.seed,
                              scenario.file.parent_path(),
                              scenario.objective.metric,
                              scenario.objective.direction == Direction::maximise,
                              ends_without_counting_trials(scenario)};
  if (!search.ok()) {  // the rule is not asked what it reads, so nobody knows which of its keys are wrong
    skip_all(search);
    return;
  }
  scenario.strategy = entry_named(entries, scenario.strategy_name).make(search, problem);
}

// At that precision, or in fp32 for want of it.
bool computes_at(const Accelerator& accelerator, const std::string& precision) {
  return accelerator.peak.contains(precision) || accelerator.peak.contains("fp32");
}

void read_workload(Reader& workload, Scenario& scenario) {
  const auto entries = workloads();
  const auto names = names_of(entries);
  scenario.workload_name = workload.one_of("kind", names);
  if (!workload.ok()) return;
  WorkloadProblem problem{scenario.space, scenario.resource.max, scenario.seed, scenario.file.parent_path(),
                          scenario.resource.unit};
  for (const ClusterSpec& cluster : scenario.platform.clusters)
    if (computes_at(cluster.accelerator, scenario.precision))
      problem.devices.push_back(device_of(cluster, scenario.precision));
  scenario.workload = make_workload(entry_named(entries, scenario.workload_name), workload, problem);
}

// What was read at a path, the default included; empty if nobody looked there.
std::string input_at(const Scenario& scenario, std::string_view path) {
  const auto found = std::ranges::find(scenario.inputs, path, &Input::path);
  return found == scenario.inputs.end() ? std::string{} : found->value;
}

void read_scheduling(Reader& root, Scenario& scenario) {
  const auto entries = queue_policies();
  const auto names = names_of(entries);
  Reader section = root.section_or_empty("scheduling");
  scenario.policy_name = section.one_of_or("policy", "fifo", names);
  if (section.ok()) scenario.policy = entry_named(entries, scenario.policy_name).make(section);
}

// Needs the platform: every accelerator must be able to compute at the precision.
void read_precision(Reader& root, Scenario& scenario) {
  static constexpr std::array<std::string_view, 5> precisions = {"fp32", "tf32", "fp16", "bf16", "fp8"};
  const bool platform_is_good = root.ok();
  scenario.precision = root.one_of_or("precision", "bf16", precisions);
  if (!platform_is_good) return;
  for (const ClusterSpec& cluster : scenario.platform.clusters)
    if (!computes_at(cluster.accelerator, scenario.precision))
      root.reject("precision",
                  fmt::format("{} (cluster '{}') has no {} rate, and no fp32 rate to fall back on; "
                              "choose a precision that it has",
                              cluster.accelerator.name, cluster.name, scenario.precision));
}

// The name is also the folder of the results.
void read_name(Reader& root, const std::filesystem::path& file, Scenario& scenario) {
  scenario.name = root.text_or("name", file.stem().string());
  const bool is_one_folder = !scenario.name.empty() && scenario.name != "." && scenario.name != ".." &&
                             scenario.name.find('/') == std::string::npos;
  if (root.ok() && !is_one_folder)
    root.reject("name", "a name is one word or more without '/' (the results' folder is called after it)");
}

// Before anything else is read: with a variant that is not there, every other mistake would be about
// another scenario than the one that was meant.
void choose_variant(Document& document, const std::vector<std::string>& variants, const std::string& name) {
  if (name.empty()) return;
  if (std::ranges::find(variants, name) != variants.end()) {
    document.choose(name);
    return;
  }
  if (variants.empty()) throw ConfigError{"--variant " + name + ": error: the scenario has no 'variants'\n"};
  const std::vector<std::string_view> views(variants.begin(), variants.end());
  const auto near = nearest_name(name, views);
  std::string message = "--variant " + name + ": error: the scenario has no variant of that name";
  if (near) {
    message += "; did you mean '" + *near + "'?";
  } else {
    message += "; it has";
    for (const std::string& variant : variants) message += " '" + variant + "'";
  }
  throw ConfigError{message + '\n'};
}

}  // namespace

Scenario load_scenario(const std::filesystem::path& file, const Overrides& overrides,
                       const std::vector<std::filesystem::path>& library) {
  Document document = Document::load(file, library);
  const std::vector<std::string> variants = document.take_alternatives("variants");
  choose_variant(document, variants, overrides.variant);
  for (const std::string& assignment : overrides.assignments) document.set(assignment);
  if (overrides.seed)
    document.set(fmt::format("seed={}", *overrides.seed), fmt::format("--seed {}", *overrides.seed));

  Scenario scenario;
  scenario.file = file;
  scenario.variants = variants;
  Reader root = document.root();
  read_name(root, file, scenario);
  scenario.description = root.text_or("description", "");
  if (root.has("seed")) root.text("seed");  // which takes no range: luck is no uncertain input
  scenario.seed = static_cast<std::uint64_t>(root.integer_or("seed", 1, at_least(0)));
  Reader platform = root.library_entry("platform", "");
  scenario.platform = read_platform(platform);
  read_precision(root, scenario);
  scenario.start = read_start(root, scenario.platform);
  Reader space = root.section_or_empty("space");
  scenario.space = read_space(space);
  scenario.objective = read_objective(root);
  Reader search = root.section("search");
  scenario.resource = read_resource(search);
  scenario.checkpoint = read_checkpoint(root);
  scenario.stop = read_stop(root);
  scenario.accounting = read_accounting(root, scenario.resource, scenario.platform);
  read_search(search, scenario);
  Reader workload = root.section("workload");
  if (space.ok())
    read_workload(workload, scenario);
  else
    skip_all(workload);  // held against a space that is not the one meant, more would look wrong than is
  read_scheduling(root, scenario);
  expect_possible_prices(root, scenario.platform, document.currency());
  if (root.ok()) {
    expect_an_end(root, scenario);
    expect_room(root, scenario);
    expect_able_machines(root, scenario);
    expect_possible_caps(root, scenario);
    expect_possible_checkpoints(root, scenario);
    expect_sized_checkpoints(root, scenario);
    expect_traces_reach(root, scenario);
  }
  document.finish();

  scenario.accounting.currency = document.currency();
  scenario.resolved = document.resolved();
  scenario.inputs = document.inputs();
  scenario.strategy_variant = input_at(scenario, "search.variant");
  scenario.sampler_name = input_at(scenario, "search.sampler.kind");
  return scenario;
}

BillTerms bill_terms(const Scenario& scenario) {
  BillTerms terms;
  terms.scenario = scenario.name;
  terms.seed = scenario.seed;
  terms.metric = scenario.objective.metric;
  terms.currency = scenario.accounting.currency;
  terms.platform = scenario.platform;
  terms.start = scenario.start;
  terms.charge = scenario.accounting.charge;
  terms.purchase = scenario.accounting.purchase;
  terms.granularity = scenario.accounting.granularity;
  terms.storage_price_per_byte_second = scenario.accounting.storage_price_per_byte_second;
  return terms;
}

BillTerms read_bill_terms(Document& document, StartTime start) {
  Scenario scenario;
  Reader root = document.root();
  skip_all(root);  // what the campaign did is in its files
  scenario.name = root.text_or("name", "unnamed");
  scenario.seed = static_cast<std::uint64_t>(root.integer_or("seed", 1, at_least(0)));
  Reader platform = root.library_entry("platform", "");
  scenario.platform = read_platform(platform);
  if (start == StartTime::as_given) scenario.start = read_start(root, scenario.platform);
  scenario.objective = read_objective(root);
  scenario.accounting = read_accounting(root, scenario.resource, scenario.platform);
  expect_possible_prices(root, scenario.platform, document.currency());
  document.finish();
  scenario.accounting.currency = document.currency();
  return bill_terms(scenario);
}

Device device_of(const ClusterSpec& cluster, const std::string& precision) {
  const Accelerator& accelerator = cluster.accelerator;
  auto peak = accelerator.peak.find(precision);
  if (peak == accelerator.peak.end()) peak = accelerator.peak.find("fp32");
  CS_EXPECT(peak != accelerator.peak.end());
  // Training in 8-bit numbers keeps attention in 16 bits.
  const auto attention = precision == "fp8" ? accelerator.peak.find("bf16") : peak;
  return {peak->second,
          accelerator.memory_bandwidth,
          accelerator.memory,
          accelerator.idle,
          accelerator.max,
          accelerator.name,
          attention == accelerator.peak.end() ? peak->second : attention->second,
          cluster.accelerators_per_node};
}

std::vector<SiteRates> site_rates(const Platform& platform) {
  std::vector<SiteRates> rates;
  for (const ClusterSpec& cluster : platform.clusters)
    rates.push_back({cluster.site.pue, cluster.site.intensity, cluster.site.electricity_price});
  return rates;
}

}  // namespace campaign_sim
