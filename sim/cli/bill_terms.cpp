#include "sim/cli/bill_terms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "sim/cli/data_folder.hpp"
#include "sim/core/quoted.hpp"
#include "sim/platform/region_table.hpp"

namespace campaign_sim {
namespace {

namespace fs = std::filesystem;

// What a scenario says of the kind of its intensity does not hold for another one.
std::string without_kinds(const std::string& resolved) {
  std::string text;
  std::size_t from = 0;
  while (from < resolved.size()) {
    const std::size_t end = std::min(resolved.find('\n', from), resolved.size() - 1) + 1;
    const std::string line = resolved.substr(from, end - from);
    const std::size_t word = line.find_first_not_of(' ');
    const bool kind = word != std::string::npos && (line.compare(word, 16, "intensity_basis:") == 0 ||
                                                    line.compare(word, 17, "intensity_signal:") == 0 ||
                                                    line.compare(word, 16, "intensity_scope:") == 0);
    if (!kind) text += line;
    from = end;
  }
  return text;
}

bool has_site(const std::vector<fs::path>& library, const std::string& name) {
  std::error_code ignored;
  return std::ranges::any_of(library, [&](const fs::path& folder) {
    return fs::exists(folder / "sites" / (name + ".yaml"), ignored);
  });
}

// `--site fr`: a site of the library, or else a country or cloud region, whose grid's average replaces the
// intensity while PUE and price stay.
std::string site_assignment(const std::vector<fs::path>& library, const std::string& name) {
  if (has_site(library, name)) return "site=" + name;
  Document grids = Document::parse("region: x\n", "--site", library);
  const auto regions = read_regions(grids.root().library_files("grids", ".csv"));
  if (const auto found = find_region(regions, name); std::holds_alternative<Region>(found))
    return "site.intensity={region: " + yaml_quoted(name) + "}";
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

bool is_number(const std::string& value) {
  return !value.empty() && (std::isdigit(static_cast<unsigned char>(value.front())) != 0);
}

// Every number with its source: those of the bill as it is made now, the others as the run had them.
std::vector<Sourced> sourced_inputs(const FinishedCampaign& campaign, const std::vector<Input>& of_bill) {
  std::vector<Sourced> inputs;
  for (const Input& input : of_bill)
    if (is_number(input.value) || !input.source.empty())
      inputs.push_back({input.path, input.value,
                        !input.source.empty() ? input.source
                        : input.is_default    ? "a default of the program"
                                              : "given by the user, without a source"});
  for (const Sourced& input : campaign.inputs)
    if (input.what.starts_with("workload.")) inputs.push_back(input);
  return inputs;
}

std::vector<fs::path> library_of(const FinishedCampaign& campaign) {
  return platform_library((campaign.folder / "manifest.json").string());
}

}  // namespace

Rebilled terms_of(const FinishedCampaign& campaign, const OtherTerms& options, StartTime start) {
  const std::vector<fs::path> library = library_of(campaign);
  const bool other_grid = !options.intensity.empty() || !options.site.empty();
  Document document =
      Document::parse(other_grid ? without_kinds(campaign.resolved_scenario) : campaign.resolved_scenario,
                      (campaign.folder / "manifest.json").string(), library);
  for (const auto& [key, file] : campaign.traces)
    document.set(key + ".trace=" + yaml_quoted((campaign.folder / file).string()));
  // The clusters' names are read off a first copy.
  Document first =
      Document::parse(campaign.resolved_scenario, (campaign.folder / "manifest.json").string(), library);
  std::vector<std::string> clusters;
  for (const auto& [name, reader] : first.root().section("platform").entries("clusters"))
    clusters.push_back(name);
  for (const std::string& cluster : clusters) {
    const std::string path = "platform.clusters." + cluster + ".";
    if (!options.site.empty()) document.set(path + site_assignment(library, options.site));
    if (!options.pue.empty()) document.set(path + "site.pue=" + rate_value(options.pue));
    if (!options.intensity.empty()) document.set(path + "site.intensity=" + rate_value(options.intensity));
    if (!options.price.empty()) document.set(path + "site.electricity_price=" + rate_value(options.price));
  }
  if (!options.start.empty()) document.set("start=" + options.start);
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
