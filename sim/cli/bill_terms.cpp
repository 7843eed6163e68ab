#include "sim/cli/bill_terms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "sim/cli/data_folder.hpp"
#include "sim/core/quoted.hpp"
#include "sim/platform/region_table.hpp"

namespace campaign_sim {
namespace {

namespace fs = std::filesystem;

// What a scenario says of the kind of its intensity does not hold for another one, nor its country for
// machines that stand elsewhere.
std::string without(const std::string& resolved, const std::vector<std::string_view>& keys) {
  std::string text;
  std::size_t from = 0;
  while (from < resolved.size()) {
    const std::size_t end = std::min(resolved.find('\n', from), resolved.size() - 1) + 1;
    const std::string_view line = std::string_view{resolved}.substr(from, end - from);
    const std::size_t word = std::min(line.find_first_not_of(' '), line.size());
    const bool is_one = std::ranges::any_of(keys, [&](std::string_view key) {
      const std::string_view rest = line.substr(word);
      return rest.starts_with(key) && rest.substr(key.size()).starts_with(':');
    });
    if (!is_one) text += line;
    from = end;
  }
  return text;
}

std::string for_other_terms(const std::string& resolved, const OtherTerms& options) {
  std::vector<std::string_view> keys;
  if (!options.intensity.empty() || !options.site.empty())
    keys = {"intensity_basis", "intensity_signal", "intensity_scope"};
  if (!options.site.empty()) keys.push_back("country");
  return without(resolved, keys);
}

bool is_country_code(const std::string& code) {
  return code.size() == 3 && std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool has_site(const std::vector<fs::path>& library, const std::string& name) {
  std::error_code ignored;
  return std::ranges::any_of(library, [&](const fs::path& folder) {
    return fs::exists(folder / "sites" / (name + ".yaml"), ignored);
  });
}

// `--site fr`: a site of the library, or else a country or cloud region, whose grid's average replaces the
// intensity while PUE and price stay.
std::vector<std::string> site_assignments(const std::vector<fs::path>& library, const std::string& name) {
  if (has_site(library, name)) return {"site=" + name};
  Document grids = Document::parse("region: x\n", "--site", library);
  const auto regions = read_regions(grids.root().library_files("grids", ".csv"));
  const auto found = find_region(regions, name);
  if (const auto* region = std::get_if<Region>(&found)) {
    std::vector<std::string> set = {"site.name=" + yaml_quoted(region->name),
                                    "site.intensity={region: " + yaml_quoted(name) + "}"};
    if (is_country_code(region->code)) set.push_back("site.country=" + region->code);
    return set;
  }
  std::vector<std::string> names = regions.names();
  for (const fs::path& folder : library) {
    std::error_code error;
    for (fs::directory_iterator it{folder / "sites", error}, end; !error && it != end; it.increment(error))
      names.push_back(it->path().stem().string());
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto near = nearest_name(name, views);
  throw ConfigError{fmt::format(
      "error: --site {}: there is no such site or region{}; campaign-sim list sites names the sites, a "
      "region is "
      "a country (fr), a grid zone (US-CAL-CISO) or a cloud region (gcp-europe-west9), and tools/get-grids "
      "fetches more of them\n",
      name, near ? fmt::format("; did you mean '{}'?", *near) : "")};
}

// An amount (`50 g/kWh`), a file of a trace, or a mapping as in a site's file.
std::string rate_value(const std::string& given) {
  std::error_code ignored;
  if (!given.starts_with('{') && fs::exists(given, ignored)) return "{trace: " + yaml_quoted(given) + "}";
  return given;
}

// Every number with its source: those of the bill as it is made now, the others as the run had them.
std::vector<Sourced> sourced_inputs(const FinishedCampaign& campaign, const std::vector<Input>& of_bill) {
  std::vector<Sourced> inputs;
  for (const Input& input : of_bill)
    if (input.is_number || !input.source.empty())
      inputs.push_back({input.path, input.value,
                        !input.source.empty() ? input.source
                        : input.is_default    ? "a default of the program"
                                              : "given by the user, without a source"});
  for (const Sourced& input : campaign.inputs)
    if (input.what.starts_with("workload.")) inputs.push_back(input);
  return inputs;
}

// What a campaign did is in its files: to set anything else of the scenario would change nothing.
void expect_of_bill(const std::vector<std::string>& assignments) {
  std::string mistakes;
  for (const std::string& assignment : assignments) {
    const std::string key = assignment.substr(0, assignment.find_first_of(".="));
    if (assignment.find('=') != std::string::npos && key != "platform" && key != "accounting" &&
        key != "start")
      mistakes += fmt::format(
          "--set {}: error: a bill depends on 'platform', 'accounting' and 'start' alone; run the scenario "
          "again with this\n",
          assignment);
  }
  if (!mistakes.empty()) throw ConfigError{mistakes};
}

std::vector<fs::path> library_of(const FinishedCampaign& campaign) {
  return platform_library((campaign.folder.path() / "manifest.json").string());
}

}  // namespace

Rebilled terms_of(const FinishedCampaign& campaign, const OtherTerms& options, StartTime start) {
  const std::vector<fs::path> library = library_of(campaign);
  Document document = Document::parse(for_other_terms(campaign.resolved_scenario, options),
                                      (campaign.folder.path() / "manifest.json").string(), library);
  for (const auto& [key, file] : campaign.traces)
    document.set(key + ".trace=" + yaml_quoted((campaign.folder.path() / file).string()));
  // The clusters' names are read off a first copy.
  Document first = Document::parse(campaign.resolved_scenario,
                                   (campaign.folder.path() / "manifest.json").string(), library);
  std::vector<std::string> clusters;
  for (const auto& [name, reader] : first.root().section("platform").entries("clusters"))
    clusters.push_back(name);
  const auto set_site = [&](const std::string& cluster, const std::string& assignment, const char* option,
                            const std::string& typed) {
    document.set("platform.clusters." + cluster + "." + assignment, fmt::format("{} {}", option, typed));
  };
  for (const std::string& cluster : clusters) {
    if (!options.site.empty())
      for (const std::string& assignment : site_assignments(library, options.site))
        set_site(cluster, assignment, "--site", options.site);
    for (const auto& [option, key, typed] :
         {std::tuple{"--pue", "pue", options.pue}, std::tuple{"--intensity", "intensity", options.intensity},
          std::tuple{"--price", "electricity_price", options.price}})
      if (!typed.empty()) set_site(cluster, fmt::format("site.{}={}", key, rate_value(typed)), option, typed);
  }
  if (!options.start.empty()) document.set("start=" + options.start, "--start " + options.start);
  expect_of_bill(options.assignments);
  for (const std::string& assignment : options.assignments) document.set(assignment);
  BillTerms terms = read_bill_terms(document, start);
  return {std::move(terms), sourced_inputs(campaign, document.inputs())};
}

Country country_of(const FinishedCampaign& campaign, const Platform& platform) {
  Country country{{}, platform.clusters.front().site.country};
  for (const ClusterSpec& cluster : platform.clusters)
    if (cluster.site.country != country.code) return {};
  if (country.code.empty()) return {};
  Document grids = Document::parse("region: x\n", "", library_of(campaign));
  const auto found = find_region(read_regions(grids.root().library_files("grids", ".csv")), country.code);
  if (const auto* region = std::get_if<Region>(&found)) country.name = region->name;
  return country;
}

}  // namespace campaign_sim
