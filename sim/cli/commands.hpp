// The sub-commands of campaign-sim, a file each. Each returns the exit status; a user's mistake is thrown
// as ConfigError or OutputError.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

// What the sub-commands that read a scenario have in common.
struct ScenarioOptions {
  std::string scenario;
  std::vector<std::string> assignments;  // --set
  std::optional<std::uint64_t> seed;
  std::string variant;  // empty: the scenario as it stands

  Overrides overrides() const { return {assignments, seed, variant}; }
};

struct RunOptions : ScenarioOptions {
  std::string out;  // empty: results/<scenario name>
  bool quiet = false;
  bool force = false;
  bool only_summary = false;
  bool trace = false;
  bool curve = false;  // with `only_summary`: incumbent.csv as well
};

int run(const RunOptions& options);
int check(const ScenarioOptions& options);
int brackets(const ScenarioOptions& options);

struct CompareOptions : ScenarioOptions {
  std::vector<std::string> vary;
  std::uint64_t seeds = 10;
  std::uint64_t jobs = 0;  // 0: one per processor
  std::optional<double> target;
  std::string out;    // empty: results/<scenario name>-comparison
  std::string shard;  // "2/5"; empty: all
  bool merge = false;
  std::vector<std::string> merge_from;  // more comparison folders, with `merge`
  bool keep_all = false;
  bool quiet = false;
};
int compare(const CompareOptions& options);

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
int bill(const BillOptions& options);
struct SensitivityOptions : CompareOptions {
  std::vector<std::string> inputs;  // path=low..high
  std::uint64_t samples = 0;        // of Sobol's design; 0: one input at a time only
};
int sensitivity(const SensitivityOptions& options);

struct ListOptions {
  std::string what;  // strategies, workloads, accelerators, sites, platforms, policies
  bool verbose = false;
};
int list(const ListOptions& options);

struct ReportOptions {
  std::string results;
  std::string out;  // empty: report.html in the folder of the results
  bool quiet = false;
};
int report(const ReportOptions& options);

// Where the program's own files are: the checkout it was built in, or the share folder it was installed to.
std::filesystem::path data_folder();
// The folders that are searched for platforms, in this order.
std::vector<std::filesystem::path> platform_library(const std::string& scenario);
// The scenario as given, or, if there is no such file, the one of that name that came with the program.
std::filesystem::path find_scenario(const std::string& scenario);

}  // namespace campaign_sim
