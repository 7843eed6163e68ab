#include "sim/scenario/scenario.hpp"

#include <algorithm>
#include <array>

#include "sim/search/registry.hpp"
#include "sim/search/space.hpp"
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
  return objective;
}

ResourceSettings read_resource(Reader& search) {
  ResourceSettings resource;
  Reader section = search.section_or_empty("resource");
  resource.unit = section.text_or("unit", "step");
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

AccountingSettings read_accounting(Reader& root, const ResourceSettings& resource) {
  static constexpr std::array<std::string_view, 2> charges = {"reserved", "busy"};
  AccountingSettings accounting;
  Reader section = root.section_or_empty("accounting");
  const std::string charge = section.one_of_or("accelerator_hours", charges[0], charges);
  accounting.charge = charge == charges[1] ? AcceleratorCharge::busy : AcceleratorCharge::reserved;
  accounting.final_training = section.number_or("final_training", resource.max, more_than(0));
  return accounting;
}

void read_search(Reader& search, Scenario& scenario) {
  const auto entries = strategies();
  const auto names = names_of(entries);
  scenario.strategy_name = search.one_of("strategy", names);
  if (search.has("parallel_trials"))
    scenario.parallel_trials = static_cast<std::uint32_t>(search.integer("parallel_trials", between(1, 1e9)));
  const SearchProblem problem{
      scenario.space,       scenario.resource.unit, scenario.resource.min,      scenario.resource.max,
      scenario.stop.trials, scenario.seed,          scenario.file.parent_path()};
  if (!search.ok()) return;
  scenario.strategy = entry_named(entries, scenario.strategy_name).make(search, problem);
}

void read_workload(Reader& workload, Scenario& scenario) {
  const auto entries = workloads();
  const auto names = names_of(entries);
  scenario.workload_name = workload.one_of("kind", names);
  const WorkloadProblem problem{scenario.space, scenario.resource.max, scenario.seed,
                                scenario.file.parent_path(), scenario.resource.unit};
  if (!workload.ok()) return;
  scenario.workload = entry_named(entries, scenario.workload_name).make(workload, problem);
}

void read_scheduling(Reader& root, Scenario& scenario) {
  const auto entries = queue_policies();
  const auto names = names_of(entries);
  Reader section = root.section_or_empty("scheduling");
  scenario.policy_name = section.one_of_or("policy", "fifo", names);
  if (section.ok()) scenario.policy = entry_named(entries, scenario.policy_name).make(section);
}

void read_precision(Reader& root, Scenario& scenario) {
  static constexpr std::array<std::string_view, 5> precisions = {"fp32", "tf32", "fp16", "bf16", "fp8"};
  scenario.precision = root.one_of_or("precision", "bf16", precisions);
}

}  // namespace

Scenario load_scenario(const std::filesystem::path& file, const Overrides& overrides,
                       const std::vector<std::filesystem::path>& library) {
  Document document = Document::load(file, library);
  for (const std::string& assignment : overrides.assignments) document.set(assignment);
  if (overrides.seed) document.set("seed=" + std::to_string(*overrides.seed));

  Scenario scenario;
  scenario.file = file;
  Reader root = document.root();
  scenario.name = root.text_or("name", file.stem().string());
  scenario.description = root.text_or("description", "");
  scenario.seed = static_cast<std::uint64_t>(root.integer_or("seed", 1, at_least(0)));
  read_precision(root, scenario);
  Reader platform = root.library_entry("platform", "");
  scenario.platform = read_platform(platform);
  Reader space = root.section_or_empty("space");
  scenario.space = read_space(space);
  scenario.objective = read_objective(root);
  Reader search = root.section("search");
  scenario.resource = read_resource(search);
  scenario.checkpoint = read_checkpoint(root);
  scenario.stop = read_stop(root);
  read_search(search, scenario);
  Reader workload = root.section("workload");
  read_workload(workload, scenario);
  read_scheduling(root, scenario);
  scenario.accounting = read_accounting(root, scenario.resource);
  document.finish();

  scenario.accounting.currency = document.currency();
  scenario.resolved = document.resolved();
  scenario.inputs = document.inputs();
  return scenario;
}

Device device_of(const Accelerator& accelerator, const std::string& precision) {
  const auto peak = accelerator.peak.find(precision);
  return {peak == accelerator.peak.end() ? accelerator.peak.begin()->second : peak->second,
          accelerator.memory_bandwidth, accelerator.memory, accelerator.idle, accelerator.max};
}

std::vector<SiteRates> site_rates(const Platform& platform) {
  std::vector<SiteRates> rates;
  for (const ClusterSpec& cluster : platform.clusters)
    rates.push_back({cluster.site.pue, cluster.site.intensity, cluster.site.electricity_price});
  return rates;
}

}  // namespace campaign_sim
