// campaign-sim report RESULTS: draw a folder of results as one HTML file.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "sim/cli/commands.hpp"
#include "sim/cli/report_file.hpp"
#include "sim/results/output_error.hpp"

namespace campaign_sim {

namespace {

struct ReportOptions {
  std::string results;
  std::string out;  // empty: report.html in the folder of the results
  bool quiet = false;
};

// A slip of the hand must not replace a file of results by a picture of it.
void expect_report_or_nothing(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored) || holds_report(file)) return;
  throw OutputError{file.string() + " exists and is no report of campaign-sim; choose another with --out"};
}

int report(const ReportOptions& options) {
  const std::filesystem::path folder{options.results};
  const std::filesystem::path file =
      options.out.empty() ? folder / "report.html" : std::filesystem::path{options.out};
  if (!options.out.empty()) expect_report_or_nothing(file);
  write_report(folder, file);
  if (!options.quiet) fmt::print("Written to {}\n", file.string());
  return 0;
}

}  // namespace

SubCommand report_command(CLI::App& program) {
  CLI::App* app = program.add_subcommand("report", "draw a folder of results as one HTML file");
  auto options = std::make_shared<ReportOptions>();
  app->add_option("results", options->results, "the folder that a run or a comparison wrote")->required();
  app->add_option("--out", options->out, "the file (default: report.html in that folder)");
  app->add_flag("--quiet", options->quiet, "print nothing but errors");
  return {app, [options] { return report(*options); }};
}

}  // namespace campaign_sim
