#include "sim/scenario/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/core/expect.hpp"
#include "sim/core/text.hpp"
#include "sim/scenario/feasibility.hpp"
#include "sim/scenario/settings.hpp"
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

// Why a name cannot be that of a folder that everybody sees and can type; nothing if it can.
std::optional<std::string_view> unfit_for_folder(const std::string& name) {
  constexpr std::size_t longest = 200;  // bytes; file systems take 255, and endings are added
  if (name.empty()) return "a name must not be empty";
  if (name.size() > longest) return "a name has 200 bytes at most";
  if (name.find('/') != std::string::npos) return "a name is without '/'";
  if (name.front() == '.') return "a name must not begin with a dot";
  if (name != trimmed(name)) return "a name must not begin or end with a blank";
  if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    return "a name is without line breaks, tabs and other control characters";
  return std::nullopt;
}

// The name is also the folder of the results.
void read_name(Reader& root, const std::filesystem::path& file, Scenario& scenario) {
  scenario.name = root.text_or("name", file.stem().string());
  if (const auto why = unfit_for_folder(scenario.name); why && root.ok())
    root.reject("name", fmt::format("{} (the results' folder is called after it)", *why));
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
          cluster.accelerators_per_node,
          accelerator.architecture};
}

std::vector<SiteRates> site_rates(const Platform& platform) {
  std::vector<SiteRates> rates;
  for (const ClusterSpec& cluster : platform.clusters)
    rates.push_back({cluster.site.pue, cluster.site.intensity, cluster.site.electricity_price});
  return rates;
}

}  // namespace campaign_sim
