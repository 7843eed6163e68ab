// campaign-sim bill RESULTS: bills finished campaigns again, from their files alone, under other terms.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "analysis/bill/bill_files.hpp"
#include "analysis/bill/exports.hpp"
#include "analysis/bill/ledger_file.hpp"
#include "analysis/bill/start_plot.hpp"
#include "sim/cli/bill_table.hpp"
#include "sim/cli/bill_terms.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/option_rules.hpp"
#include "sim/core/calendar.hpp"
#include "sim/platform/reach.hpp"
#include "sim/results/campaign_files.hpp"

namespace campaign_sim {
namespace {

struct BillOptions {
  std::vector<std::string> results;  // folders of finished runs
  OtherTerms terms;
  std::string methods;  // names, separated by commas
  std::string when;     // best or worst; empty: as it was, or as `terms` say
  std::string exports;  // forms, separated by commas
  std::string out;      // empty: print only
  bool quiet = false;
  bool force = false;
};

[[noreturn]] void refuse(const std::string& message) { throw ConfigError{"error: " + message + "\n"}; }

// The names in a list such as `llama,bloom`. In most lists a name that is there twice is a slip.
enum class Repeats { refused, allowed };
std::vector<std::string> names_in(const std::string& option, const std::string& list, Repeats repeats) {
  std::vector<std::string> names;
  for (std::size_t from = 0; !list.empty() && from <= list.size();) {
    const std::size_t comma = std::min(list.find(',', from), list.size());
    const std::string name = list.substr(from, comma - from);
    if (name.empty())
      refuse(fmt::format("{} {}: a name is missing beside a comma; write names with one comma between two",
                         option, list));
    if (repeats == Repeats::refused && std::ranges::find(names, name) != names.end())
      refuse(fmt::format("{} {}: '{}' is there twice; name it once", option, list, name));
    names.push_back(name);
    from = comma + 1;
  }
  return names;
}

// A campaign that a trace does not cover cannot be billed: said of the whole, not of the row that shows it.
void expect_reach(const BillTerms& terms, double makespan_s) {
  const std::optional<Reach> reach = reach_of(terms.platform);
  if (!reach || !terms.start || *terms.start + makespan_s <= reach->end + 1e-5) return;
  const double latest = reach->end - makespan_s;
  refuse(fmt::format("{}, and the campaign lasts from {} to {}; {}", describe(*reach),
                     write_instant(*terms.start), write_instant(*terms.start + makespan_s),
                     latest >= reach->begin ? fmt::format("begin it by {} (--start), or take a longer trace",
                                                          write_instant(latest))
                                            : "take a longer trace"));
}

Billed bill_again(FinishedCampaign campaign, BillTerms terms) {
  expect_reach(terms, campaign.outcome.makespan_s);
  Biller biller{terms};
  read_ledger(campaign, terms.platform.cluster_names(), [&](const UseRow& row) { biller.add(row); });
  CampaignBill bill = biller.finish(campaign.outcome);
  return {std::move(campaign), std::move(terms), std::move(bill)};
}

// What it emits at every start that the traces allow.
std::vector<StartCost> by_start(const FinishedCampaign& campaign, const BillTerms& terms) {
  const double bin_s = start_step_s(terms);
  EnergyProfile profile{terms, bin_s, campaign.outcome.makespan_s};
  read_ledger(campaign, terms.platform.cluster_names(), [&](const UseRow& row) { profile.add(row); });
  return co2e_by_start(terms, profile, bin_s, campaign.outcome.makespan_s);
}

std::string chosen_start(const std::vector<StartCost>& starts, const std::string& when) {
  const auto extremes = std::ranges::minmax_element(starts, {}, &StartCost::co2e_kg);
  return write_instant((when == "best" ? extremes.min : extremes.max)->start);
}

std::vector<const Method*> wanted_methods(const std::string& list, Repeats repeats) {
  std::vector<const Method*> wanted;
  for (const std::string& name : names_in("--method", list, repeats)) {
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

// One for each campaign.
std::vector<const Method*> methods_of_chain(const std::string& list, std::size_t campaigns) {
  std::vector<const Method*> wanted = wanted_methods(list.empty() ? "campaign" : list, Repeats::allowed);
  if (wanted.size() == 1) wanted.resize(campaigns, wanted.front());
  if (wanted.size() != campaigns)
    refuse("--method with several results is one method for all, or as many as there are results");
  return wanted;
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
  for (const std::string& name : names_in("--export", list, Repeats::refused)) {
    const auto* form = std::ranges::find(export_forms, name, &ExportForm::name);
    if (form == std::end(export_forms))
      refuse(fmt::format(
          "--export {}: there is no such form; there are codecarbon, mlco2, paper and huggingface", name));
    wanted.push_back(form);
  }
  return wanted;
}

void write_bill(const BillOptions& options, const ExportContext& context,
                const std::vector<const ExportForm*>& forms, const std::vector<StartCost>& starts) {
  ResultsFolder folder{options.out, options.force ? Overwrite::yes : Overwrite::no, "bill.json"};
  folder.write("bill.json", bill_json(context.terms, context.outcome, context.bill).dump(2) + "\n");
  write_bill_trials(folder, context.outcome, context.bill);
  if (!starts.empty()) {
    folder.write("when.csv", starts_csv(starts));
    folder.write("when.svg", starts_svg(starts, context.terms.scenario + ": CO2e by start of the campaign"));
  }
  for (const ExportForm* form : forms) folder.write(std::string{form->file}, form->write(context));
  folder.commit();
  if (!options.quiet) fmt::print("\nWritten to {}\n", folder.final_folder().string());
}

constexpr auto conflicts = std::to_array<Conflict>({
    {"--start", "--when", "both say when it begins"},
    {"--quiet", "--method", "the methods are printed and stand in no file"},
});
constexpr auto needs = std::to_array<Need>({
    {"--force", "--out", "without it nothing is written that could be replaced"},
});
constexpr auto of_one_campaign =
    std::to_array<std::pair<const char*, const char*>>({{"--when", "shifts one campaign"},
                                                        {"--out", "is of one campaign's bill"},
                                                        {"--export", "is of one campaign's bill"}});

void expect_sensible(const CLI::App& command, const BillOptions& options) {
  std::string mistakes = broken_rules(command, conflicts, needs);
  if (options.quiet && options.out.empty() && options.exports.empty())
    mistakes += "bill: error: --quiet goes with --out or --export only (without them it would say nothing)\n";
  if (options.results.size() > 1)
    for (const auto& [option, why] : of_one_campaign)
      if (is_given(command, option))
        mistakes += fmt::format("bill: error: {} {}; give one folder\n", option, why);
  if (!mistakes.empty()) throw ConfigError{mistakes};
}

int bill(const BillOptions& options) {
  const auto forms = wanted_forms(options.exports);
  const auto wanted = options.results.size() > 1 ? methods_of_chain(options.methods, options.results.size())
                                                 : wanted_methods(options.methods, Repeats::refused);
  std::vector<Billed> all;
  std::vector<StartCost> starts;
  std::vector<Sourced> inputs;
  for (const std::string& folder : options.results) {
    FinishedCampaign campaign = read_finished(folder);
    OtherTerms other = options.terms;
    if (!options.when.empty()) {
      starts = by_start(campaign, terms_of(campaign, other, StartTime::chosen_later).terms);
      other.start = chosen_start(starts, options.when);
    }
    Rebilled rebilled = terms_of(campaign, other, StartTime::as_given);
    inputs = std::move(rebilled.inputs);
    all.push_back(bill_again(std::move(campaign), std::move(rebilled.terms)));
  }
  if (!options.quiet) {
    for (const Billed& billed : all) print_bill(billed);
    if (all.size() > 1)
      print_chain(all, wanted);
    else if (!wanted.empty())
      print_methods(all.front(), wanted);
    if (!starts.empty()) print_starts(starts);
  }
  const auto& [campaign, terms, bill] = all.front();
  const Country country = country_of(campaign, terms.platform);
  const ExportContext context{terms,  campaign.outcome, bill,        campaign.program,
                              inputs, country.name,     country.code};
  if (!options.out.empty())
    write_bill(options, context, forms, starts);
  else
    for (const ExportForm* form : forms) fmt::print("\n# {}\n{}", form->file, form->write(context));
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
  app->add_option("--site", options->terms.site,
                  "a site of the library, a country (fr), grid zone or cloud region");
  app->add_option("--start", options->terms.start, "when it begins: 2023-07-01T00:00 (UTC)");
  app->add_option("--pue", options->terms.pue, "1.1, or a CSV file of it over time");
  app->add_option("--intensity", options->terms.intensity,
                  "'50 g/kWh', a CSV file of a trace, or {region: fr}");
  app->add_option("--price", options->terms.price,
                  "'0.12 USD/kWh', a CSV file of a trace, or a mapping as in a site");
  app->add_option("--when", options->when, "begin at the best (or worst) time that the traces cover")
      ->check(CLI::IsMember({"best", "worst"}));
  app->add_option("--export", options->exports, "codecarbon,mlco2,paper,huggingface");
  app->add_option(
         "--set", options->terms.assignments,
         "path.to.key=value: replaces one value of the scenario that the bill depends on; repeatable")
      ->allow_extra_args(false);
  app->add_option("--out", options->out, "folder for bill.json, bill_trials.csv and exports");
  app->add_flag("--force", options->force, "overwrite the bill that is there");
  app->add_flag("--quiet", options->quiet, "print nothing but errors and exports");
  return {app, [app, options] {
            expect_sensible(*app, *options);
            return bill(*options);
          }};
}

}  // namespace campaign_sim
