// campaign-sim list WHAT: the names that a scenario can use.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/cli/commands.hpp"
#include "sim/cli/data_folder.hpp"
#include "sim/cli/exit_status.hpp"
#include "sim/config/reader.hpp"
#include "sim/scheduling/queue_policy.hpp"
#include "sim/search/registry.hpp"
#include "sim/workload/registry.hpp"

namespace campaign_sim {

namespace {

namespace fs = std::filesystem;

struct ListOptions {
  std::string what;  // the name of a listing; empty: those names
  bool verbose = false;
};

void print_row(std::string_view name, std::string_view summary) { fmt::print("{:<26} {}\n", name, summary); }

void list_strategies(bool verbose) {
  for (const StrategyEntry& entry : strategies()) {
    print_row(entry.name, entry.summary);
    if (verbose)
      fmt::print("{0:<26}   rule: {1}\n{0:<26}   e.g.: {2}\n{0:<26}   parameters: {3}\n", "", entry.source,
                 entry.example, parameters_of(entry));
  }
}

fs::path library() { return data_folder() / "platforms"; }

// The files of one folder of the library, each with the description in it.
void list_files(const fs::path& folder) {
  std::set<fs::path> files;  // in the order of their names
  for (const fs::directory_entry& entry : fs::directory_iterator{folder})
    if (entry.path().extension() == ".yaml") files.insert(entry.path());
  for (const fs::path& file : files) {
    Document document = Document::load(file, {});
    print_row(file.stem().string(), document.root().text_or("description", ""));
  }
}

struct Listing {
  std::string_view name;
  std::string_view summary;
  void (*print)(bool verbose);
};

constexpr std::array<Listing, 6> listings = {{
    {"strategies", "how a search chooses, stops and resumes trials", list_strategies},
    {"workloads", "what a trial costs and how it learns",
     [](bool) {
       for (const WorkloadEntry& entry : workloads()) print_row(entry.name, entry.summary);
     }},
    {"policies", "in which order trials that wait get their machines",
     [](bool) {
       for (const QueuePolicyEntry& entry : queue_policies()) print_row(entry.name, entry.summary);
     }},
    {"accelerators", "GPUs and TPUs of the library", [](bool) { list_files(library() / "accelerators"); }},
    {"sites", "grids and buildings of the library", [](bool) { list_files(library() / "sites"); }},
    {"platforms", "whole clusters of the library", [](bool) { list_files(library()); }},
}};

void expect_listing(const std::string& what) {
  if (what.empty() || std::ranges::find(listings, what, &Listing::name) != listings.end()) return;
  std::vector<std::string_view> names;
  for (const Listing& listing : listings) names.push_back(listing.name);
  const auto near = nearest_name(what, names);
  throw ConfigError{fmt::format(
      "list {}: error: there is no such list; {}\n", what,
      near ? fmt::format("did you mean '{}'?", *near) : fmt::format("there are {}", fmt::join(names, ", ")))};
}

int list(const ListOptions& options) {
  expect_listing(options.what);
  if (options.verbose && options.what != "strategies")
    throw ConfigError{
        "list: error: --verbose goes with strategies only; of the others there is no more to tell\n"};
  for (const Listing& listing : listings) {
    if (options.what.empty()) print_row(listing.name, listing.summary);
    if (options.what == listing.name) listing.print(options.verbose);
  }
  return done_status;
}

}  // namespace

SubCommand list_command(CLI::App& program) {
  CLI::App* app = program.add_subcommand("list", "the names a scenario can use");
  auto options = std::make_shared<ListOptions>();
  app->add_option("what", options->what, "what to list; without it, what can be listed");
  app->add_flag("-v,--verbose", options->verbose, "of strategies: rule, source and parameters of each");
  return {app, [options] { return list(*options); }};
}

}  // namespace campaign_sim
