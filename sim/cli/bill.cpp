// campaign-sim bill RESULTS: bills finished campaigns again, from their files alone, under other terms.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <memory>
#include <optional>

#include "analysis/bill/best_start.hpp"
#include "analysis/bill/bill_files.hpp"
#include "analysis/bill/exports.hpp"
#include "analysis/bill/finished_campaign.hpp"
#include "analysis/bill/methods.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/data_folder.hpp"
#include "sim/cli/wording.hpp"
#include "sim/core/calendar.hpp"
#include "sim/platform/region_table.hpp"
#include "sim/results/results_folder.hpp"
#include "sim/scenario/scenario.hpp"

namespace campaign_sim {
namespace {

namespace fs = std::filesystem;

struct BillOptions {
  std::vector<std::string> results;  // folders of finished runs
  std::string methods;               // names, separated by commas
  std::string site;                  // of the library, or a country or cloud region
  std::string start;
  std::string pue;
  std::string intensity;
  std::string price;
  std::string when;                      // best or worst; empty: as it was, or `start`
  std::string exports;                   // forms, separated by commas
  std::vector<std::string> assignments;  // --set
  std::string out;                       // empty: print only
  bool quiet = false;
  bool force = false;
};

[[noreturn]] void refuse(const std::string& message) { throw ConfigError{"error: " + message + "\n"}; }

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  while (from <= list.size()) {
    const std::size_t comma = std::min(list.find(',', from), list.size());
    if (comma > from) parts.push_back(list.substr(from, comma - from));
    from = comma + 1;
  }
  return parts;
}

std::string yaml_quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

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
  std::vector<std::string> names;
  for (const fs::path& folder : library) {
    std::error_code error;
    for (fs::directory_iterator it{folder / "sites", error}, end; !error && it != end; it.increment(error))
      names.push_back(it->path().stem().string());
  }
  for (const Region& region : regions)
    for (const std::string& one : {region.region, region.code, region.name}) names.push_back(one);
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto near = nearest_name(name, views);
  refuse(fmt::format(
      "--site {}: there is no such site or region{}", name,
      near ? fmt::format("; did you mean '{}'?", *near)
           : "; campaign-sim list sites names the sites, and a region is a country (fr) or a cloud "
             "region (gcp-europe-west9)"));
}

// An amount (`50 g/kWh`), a file of a trace, or a mapping as in a site's file.
std::string rate_value(const std::string& given) {
  std::error_code ignored;
  if (!given.starts_with('{') && fs::exists(given, ignored)) return "{trace: " + yaml_quoted(given) + "}";
  return given;
}

BillTerms terms_of(const FinishedCampaign& campaign, const BillOptions& options, StartTime start) {
  const std::vector<fs::path> library = platform_library((campaign.folder / "manifest.json").string());
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
  return read_bill_terms(document, start);
}

std::vector<std::string> cluster_names(const Platform& platform) {
  std::vector<std::string> names;
  for (const ClusterSpec& cluster : platform.clusters) names.push_back(cluster.name);
  return names;
}

template <class Take>
void each_row(const FinishedCampaign& campaign, const BillTerms& terms, Take take) {
  const std::size_t trials = campaign.outcome.statuses.size();
  read_ledger(campaign.folder, cluster_names(terms.platform), [&](const UseRow& row) {
    if (row.trial && *row.trial >= trials)
      throw ResultsError{fmt::format("{}: a row names trial {}, and trials.csv has {}",
                                     (campaign.folder / "segments.csv").string(), *row.trial, trials)};
    take(row);
  });
}

struct Billed {
  FinishedCampaign campaign;
  BillTerms terms;
  CampaignBill bill;
};

Billed bill_again(FinishedCampaign campaign, BillTerms terms) {
  Biller biller{terms};
  each_row(campaign, terms, [&](const UseRow& row) { biller.add(row); });
  CampaignBill bill = biller.finish(campaign.outcome);
  return {std::move(campaign), std::move(terms), std::move(bill)};
}

// ---- when ------------------------------------------------------------------------------------------

std::string when_csv(const std::vector<StartCost>& starts) {
  std::string text = "start,co2e_kg\n";
  for (const StartCost& start : starts)
    text += fmt::format("{},{}\n", write_instant(start.start), csv_number(start.co2e_kg));
  return text;
}

// CO2e against start time, as a picture that any browser shows.
std::string when_svg(const std::vector<StartCost>& starts, const StartCost& chosen) {
  constexpr double width = 900;
  constexpr double height = 320;
  constexpr double left = 90;
  constexpr double top = 30;
  const auto by_cost = std::ranges::minmax_element(starts, {}, &StartCost::co2e_kg);
  const double low = by_cost.min->co2e_kg;
  const double high = std::max(by_cost.max->co2e_kg, low + 1e-12);
  const double first = starts.front().start;
  const double last = std::max(starts.back().start, first + 1);
  const auto x = [&](double at) { return left + (at - first) / (last - first) * (width - left - 20); };
  const auto y = [&](double kg) { return top + (high - kg) / (high - low) * (height - top - 50); };
  std::string points;
  for (const StartCost& start : starts)
    points += fmt::format("{:.1f},{:.1f} ", x(start.start), y(start.co2e_kg));
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" "
      "font-size=\"13\">\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
      "<polyline fill=\"none\" stroke=\"#1f6f4a\" points=\"{}\"/>\n"
      "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\" fill=\"#b3261e\"/>\n"
      "<text x=\"10\" y=\"{:.1f}\">{:.4g} kg</text>\n<text x=\"10\" y=\"{:.1f}\">{:.4g} kg</text>\n"
      "<text x=\"{}\" y=\"{}\">{}</text>\n<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n"
      "<text x=\"{}\" y=\"18\">CO2e by start of the campaign; chosen: {}, {:.4g} kg</text>\n</svg>\n",
      width, height, points, x(chosen.start), y(chosen.co2e_kg), y(high) + 5, high, y(low) + 5, low, left,
      height - 20, write_instant(first), width - 20, height - 20, write_instant(starts.back().start), left,
      write_instant(chosen.start), chosen.co2e_kg);
}

struct Shifted {
  std::vector<StartCost> starts;
  StartCost chosen;
};

Shifted shift(const FinishedCampaign& campaign, const BillTerms& terms, const std::string& when) {
  const double bin_s = start_step_s(terms);
  EnergyProfile profile{terms, bin_s, campaign.outcome.makespan_s};
  each_row(campaign, terms, [&](const UseRow& row) { profile.add(row); });
  Shifted result;
  result.starts = co2e_by_start(terms, profile, bin_s, campaign.outcome.makespan_s);
  const auto extremes = std::ranges::minmax_element(result.starts, {}, &StartCost::co2e_kg);
  result.chosen = when == "best" ? *extremes.min : *extremes.max;
  return result;
}

// ---- printing --------------------------------------------------------------------------------------

void print_bill(const Billed& billed) {
  const auto& [campaign, terms, bill] = billed;
  fmt::print("\n{}: {}\n", campaign.folder.string(), terms.scenario);
  if (terms.start)
    fmt::print("  {:<20}{} to {}\n", "from, to", write_instant(*terms.start),
               write_instant(*terms.start + bill.end_s));
  for (std::size_t i = 0; i < bill.clusters.size(); ++i) {
    const Site& site = terms.platform.clusters[i].site;
    const ClusterBill& used = bill.clusters[i];
    if (!(used.accrued.it > Joules{})) continue;
    fmt::print("  {:<20}{}: PUE {:.4g}, {:.4g} g/kWh ({}; {})\n", i == 0 ? "sites" : "", site.name,
               used.accrued.facility / used.accrued.it,
               (used.accrued.co2e / used.accrued.facility).base() * joules_per_kwh * 1000,
               site.intensity_words, describe(site.kind));
  }
  fmt::print("  {:<20}{} ({} of machines)\n", "energy", energy_in_words(kwh(bill.total.energy)),
             energy_in_words(kwh(bill.it_energy)));
  fmt::print("  {:<20}{}\n", "CO2e, operational", mass_in_words(bill.total.co2e.base()));
  fmt::print("  {:<20}{}\n", "CO2e, embodied",
             bill.counts_embodied ? mass_in_words(bill.total.held.embodied.base())
                                  : "not counted: the platform says nothing of it");
  if (bill.total.water_l > 0) fmt::print("  {:<20}{} L\n", "water", in_words(bill.total.water_l));
  fmt::print("  {:<20}{} {} accelerators, {} {} electricity, {} {} storage\n", "cost",
             in_words(bill.total.held.hire.base()), terms.currency, in_words(bill.total.electricity.base()),
             terms.currency, in_words(bill.storage.base()), terms.currency);
  const double both = bill.total.co2e.base() + bill.total.held.embodied.base();
  if (!campaign.outcome.statuses.empty())
    fmt::print("  {:<20}{} CO2e per trial, {} per search\n", "carbon intensity",
               mass_in_words(both / static_cast<double>(campaign.outcome.statuses.size())),
               mass_in_words(both));
  fmt::print("\n  {:<30}{:>12}{:>9}{:>14}{:>14}\n", "where it went", "energy", "", "CO2e", "electricity");
  for (std::size_t i = 0; i < shares; ++i) {
    const ShareBill& share = bill.by_share[i];
    if (!(share.energy > Joules{})) continue;
    fmt::print("  {:<30}{:>12}{:>7.1f} %{:>14}{:>14}\n", in_words(static_cast<Share>(i)),
               energy_in_words(kwh(share.energy)), 100 * (share.energy / bill.total.energy),
               mass_in_words(share.co2e.base()),
               fmt::format("{:.4g} {}", share.electricity.base(), terms.currency));
  }
}

std::string wrapped(std::string_view label, std::string_view text) {
  return fmt::format("      {:<11}{}\n", label, text);
}

void print_accounts(const std::vector<Account>& accounts) {
  fmt::print("\n  {:<20}{:>16}{:>10}{:>12}{:>8}{:>10}{:>12}{:>12}\n", "method", "accelerator-h", "W each",
             "energy", "PUE", "g/kWh", "CO2e", "embodied");
  for (const Account& a : accounts)
    fmt::print("  {:<20}{:>16}{:>10.4g}{:>12}{:>8.4g}{:>10.4g}{:>12}{:>12}\n", a.name,
               in_words(a.accelerator_h), a.watts(), energy_in_words(a.facility_kwh), a.pue(),
               1000 * a.kg_per_kwh(), mass_in_words(a.co2e_kg),
               a.embodied_kg > 0 ? mass_in_words(a.embodied_kg) : "-");
}

void print_factors(const Account& a, const Account& b) {
  fmt::print("\n  {} / {}: {} / {} = {:.4g}\n", a.name, b.name, mass_in_words(a.total_kg()),
             mass_in_words(b.total_kg()), a.total_kg() / b.total_kg());
  double so_far = 1;
  for (const Factor& factor : factors(a, b)) {
    so_far *= factor.ratio;
    fmt::print("    x {:<10.4g}{:<46}{:>12.4g} / {:<12.4g} so far {:.4g}\n", factor.ratio, factor.what,
               factor.from, factor.to, so_far);
  }
}

std::vector<const Method*> wanted_methods(const std::string& list) {
  std::vector<const Method*> wanted;
  for (const std::string& name : split(list)) {
    const Method* method = find_method(name);
    if (!method) {
      std::vector<std::string_view> names;
      for (const Method& one : methods()) names.push_back(one.name);
      const auto near = nearest_name(name, names);
      refuse(near ? fmt::format("--method {}: there is no such method; did you mean '{}'?", name, *near)
                  : fmt::format("--method {}: there is no such method; there are: {}", name,
                                fmt::join(names, ", ")));
    }
    wanted.push_back(method);
  }
  return wanted;
}

void print_methods(const Billed& billed, const std::string& list) {
  const std::vector<const Method*> wanted = wanted_methods(list);
  std::vector<Account> accounts;
  for (const Method* method : wanted) accounts.push_back(account(*method, billed.terms, billed.bill));
  print_accounts(accounts);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    fmt::print("\n  {} ({})\n", wanted[i]->name, wanted[i]->source);
    fmt::print("{}{}{}", wrapped("counts", wanted[i]->counts), wrapped("leaves out", wanted[i]->leaves_out),
               wrapped("assumes", wanted[i]->assumes));
    for (const std::string& note : accounts[i].notes) fmt::print("{}", wrapped("note", note));
  }
  for (std::size_t i = 0; i < accounts.size(); ++i)
    for (std::size_t j = i + 1; j < accounts.size(); ++j) print_factors(accounts[i], accounts[j]);
}

// Several campaigns: from each to the next, and from the first to the last.
void print_chain(const std::vector<Billed>& all, const std::string& list) {
  const auto wanted = wanted_methods(list.empty() ? "campaign" : list);
  if (wanted.size() != 1 && wanted.size() != all.size())
    refuse("--method with several results is one method for all, or as many as there are results");
  std::vector<Account> accounts;
  for (std::size_t i = 0; i < all.size(); ++i) {
    accounts.push_back(account(*wanted[wanted.size() == 1 ? 0 : i], all[i].terms, all[i].bill));
    accounts.back().name = all[i].terms.scenario + (list.empty() ? "" : " (" + accounts.back().name + ")");
  }
  print_accounts(accounts);
  for (std::size_t i = 0; i + 1 < accounts.size(); ++i) print_factors(accounts[i], accounts[i + 1]);
  if (accounts.size() > 2) print_factors(accounts.front(), accounts.back());
}

// ---- exports ---------------------------------------------------------------------------------------

std::vector<Sourced> sourced_inputs(const FinishedCampaign& campaign) {
  std::ifstream stream{campaign.folder / "manifest.json"};
  const nlohmann::json manifest = nlohmann::json::parse(stream, nullptr, false);
  std::vector<Sourced> inputs;
  if (!manifest.is_object() || !manifest.contains("inputs")) return inputs;
  for (const auto& input : manifest["inputs"])
    if (input.contains("source"))
      inputs.push_back({input.value("path", ""), input.value("value", ""), input.value("source", "")});
  return inputs;
}

struct ExportForm {
  std::string_view name;
  std::string_view file;
  std::string (*write)(const ExportContext&);
};
constexpr ExportForm export_forms[] = {{"codecarbon", "emissions.csv", codecarbon_csv},
                                       {"mlco2", "mlco2.txt", mlco2_statement},
                                       {"paper", "paper.txt", paper_paragraph},
                                       {"huggingface", "co2_eq_emissions.yaml", hugging_face_yaml}};

std::vector<const ExportForm*> wanted_forms(const std::string& list) {
  std::vector<const ExportForm*> wanted;
  for (const std::string& name : split(list)) {
    const auto* form = std::ranges::find(export_forms, name, &ExportForm::name);
    if (form == std::end(export_forms))
      refuse(fmt::format(
          "--export {}: there is no such form; there are codecarbon, mlco2, paper and huggingface", name));
    wanted.push_back(form);
  }
  return wanted;
}

int bill(const BillOptions& options) {
  if (!options.when.empty() && options.results.size() > 1)
    refuse("--when shifts one campaign: give one folder");
  if (!options.when.empty() && !options.start.empty())
    refuse("--start and --when both say when it begins: give one");
  if (!options.out.empty() && options.results.size() > 1)
    refuse("--out is of one campaign's bill: give one folder");
  const auto forms = wanted_forms(options.exports);
  wanted_methods(options.methods);
  std::vector<Billed> all;
  std::optional<Shifted> shifted;
  for (const std::string& folder : options.results) {
    FinishedCampaign campaign = read_finished(folder);
    BillOptions own = options;
    if (!options.when.empty()) {
      shifted = shift(campaign, terms_of(campaign, options, StartTime::chosen_later), options.when);
      own.start = write_instant(shifted->chosen.start);
    }
    BillTerms terms = terms_of(campaign, own, StartTime::as_given);
    all.push_back(bill_again(std::move(campaign), std::move(terms)));
  }
  if (!options.quiet) {
    for (const Billed& billed : all) print_bill(billed);
    if (all.size() > 1)
      print_chain(all, options.methods);
    else if (!options.methods.empty())
      print_methods(all.front(), options.methods);
    if (shifted) {
      const auto extremes = std::ranges::minmax_element(shifted->starts, {}, &StartCost::co2e_kg);
      fmt::print("\n  of {} starts the best is {} ({}), the worst {} ({}): {:.3g} times as much\n",
                 in_words(static_cast<double>(shifted->starts.size())), write_instant(extremes.min->start),
                 mass_in_words(extremes.min->co2e_kg), write_instant(extremes.max->start),
                 mass_in_words(extremes.max->co2e_kg), extremes.max->co2e_kg / extremes.min->co2e_kg);
    }
  }
  const Billed& billed = all.front();
  const ExportContext context{billed.terms, billed.campaign.outcome, billed.bill, billed.campaign.program,
                              sourced_inputs(billed.campaign)};
  if (options.out.empty()) {
    for (const ExportForm* form : forms) fmt::print("\n# {}\n{}", form->file, form->write(context));
    return 0;
  }
  ResultsFolder folder{options.out, options.force ? Overwrite::yes : Overwrite::no, "bill.json"};
  folder.write("bill.json", bill_json(billed.terms, billed.campaign.outcome, billed.bill).dump(2) + "\n");
  folder.write("bill_trials.csv", bill_trials_csv(billed.campaign.outcome, billed.bill));
  if (shifted) {
    folder.write("when.csv", when_csv(shifted->starts));
    folder.write("when.svg", when_svg(shifted->starts, shifted->chosen));
  }
  for (const ExportForm* form : forms) folder.write(std::string{form->file}, form->write(context));
  folder.commit();
  if (!options.quiet) fmt::print("\nWritten to {}\n", folder.final_folder().string());
  return 0;
}

}  // namespace

SubCommand bill_command(CLI::App& program) {
  CLI::App* app = program.add_subcommand(
      "bill", "bill a finished run again under other terms, without simulating it again");
  auto options = std::make_shared<BillOptions>();
  app->add_option("results", options->results,
                  "the folder of a run; several: what each differs from the next by")
      ->required();
  app->add_option("--method", options->methods,
                  "published ways of counting, side by side: strubell2019,llama,ghg-location,…");
  app->add_option("--site", options->site, "a site of the library, a country (fr) or a cloud region");
  app->add_option("--start", options->start, "when it begins: 2023-07-01T00:00 (UTC)");
  app->add_option("--pue", options->pue, "1.1, or a CSV file of it over time");
  app->add_option("--intensity", options->intensity, "'50 g/kWh', a CSV file of a trace, or {region: fr}");
  app->add_option("--price", options->price,
                  "'0.12 USD/kWh', a CSV file of a trace, or a mapping as in a site");
  app->add_option("--when", options->when, "begin at the best (or worst) time that the traces cover")
      ->check(CLI::IsMember({"best", "worst"}));
  app->add_option("--export", options->exports, "codecarbon,mlco2,paper,huggingface");
  app->add_option(
         "--set", options->assignments,
         "path.to.key=value: replaces one value of the scenario that the bill depends on; repeatable")
      ->allow_extra_args(false);
  app->add_option("--out", options->out, "folder for bill.json, bill_trials.csv and exports");
  app->add_flag("--force", options->force, "overwrite the bill that is there");
  app->add_flag("--quiet", options->quiet, "print nothing but errors and exports");
  return {app, [options] { return bill(*options); }};
}

}  // namespace campaign_sim
