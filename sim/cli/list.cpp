// campaign-sim list WHAT: the names that a scenario can use.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <set>

#include "sim/cli/commands.hpp"
#include "sim/cli/data_folder.hpp"
#include "sim/config/reader.hpp"
#include "sim/core/expect.hpp"
#include "sim/scheduling/queue_policy.hpp"
#include "sim/search/registry.hpp"
#include "sim/workload/registry.hpp"

namespace campaign_sim {

namespace {

namespace fs = std::filesystem;

struct ListOptions {
  std::string what;  // strategies, workloads, accelerators, sites, platforms, policies
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

int list(const ListOptions& options) {
  const fs::path library = data_folder() / "platforms";
  if (options.what == "strategies") {
    list_strategies(options.verbose);
  } else if (options.what == "workloads") {
    for (const WorkloadEntry& entry : workloads()) print_row(entry.name, entry.summary);
  } else if (options.what == "policies") {
    for (const QueuePolicyEntry& entry : queue_policies()) print_row(entry.name, entry.summary);
  } else if (options.what == "platforms") {
    list_files(library);
  } else {
    CS_EXPECT(options.what == "accelerators" || options.what == "sites");
    list_files(library / options.what);
  }
  return 0;
}

}  // namespace

SubCommand list_command(CLI::App& program) {
  CLI::App* app = program.add_subcommand("list", "the names a scenario can use");
  auto options = std::make_shared<ListOptions>();
  app->add_option("what", options->what, "what to list")
      ->required()
      ->check(CLI::IsMember({"strategies", "workloads", "accelerators", "sites", "platforms", "policies"}));
  app->add_flag("-v,--verbose", options->verbose, "rule, source and parameters of each");
  return {app, [options] { return list(*options); }};
}

}  // namespace campaign_sim
