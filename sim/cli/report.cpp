// campaign-sim report RESULTS: draw a folder of results as one HTML file.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>

#include "analysis/report/page.hpp"
#include "analysis/report/report_error.hpp"
#include "analysis/report/run_report.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/data_folder.hpp"
#include "sim/results/output_error.hpp"

namespace campaign_sim {

namespace {

namespace fs = std::filesystem;

struct ReportOptions {
  std::string results;
  std::string out;  // empty: report.html in the folder of the results
  bool quiet = false;
};

// In a checkout they are fetched beside what is built; an installation has them beside its platforms.
fs::path assets_folder() {
  const fs::path built = data_folder() / "build" / "report-assets";
  return has_assets(built) ? built : data_folder() / "report-assets";
}

// Whole or not at all.
void write_file(const fs::path& file, const std::string& text) {
  fs::path temporary = file;
  temporary += ".part-" + std::to_string(::getpid());
  std::ofstream out{temporary, std::ios::binary};
  out << text;
  out.close();
  std::error_code error;
  if (out) fs::rename(temporary, file, error);
  if (!out || error) {
    const std::string why = error ? error.message() : std::strerror(errno);
    fs::remove(temporary, error);
    throw OutputError{"cannot write " + file.string() + ": " + why};
  }
}

int report(const ReportOptions& options) {
  const fs::path folder{options.results};
  const fs::path file = options.out.empty() ? folder / "report.html" : fs::path{options.out};
  try {
    const nlohmann::ordered_json data = run_report(folder);
    const PageParts parts{data_folder() / "analysis" / "report" / "page", assets_folder()};
    if (!has_assets(parts.assets))
      throw OutputError{fmt::format(
          "the libraries that draw the report are not there yet; this fetches them with npm, once:\n  {}",
          (data_folder() / "tools" / "get-report-assets").string())};
    write_file(file, page(parts, data));
  } catch (const ReportError& error) {
    throw OutputError{error.what()};
  }
  if (!options.quiet) fmt::print("Written to {}\n", file.string());
  return 0;
}

}  // namespace

SubCommand report_command(CLI::App& program) {
  CLI::App* app = program.add_subcommand("report", "draw a folder of results as one HTML file");
  auto options = std::make_shared<ReportOptions>();
  app->add_option("results", options->results, "the folder that a run wrote")->required();
  app->add_option("--out", options->out, "the file (default: report.html in that folder)");
  app->add_flag("--quiet", options->quiet, "print nothing but errors");
  return {app, [options] { return report(*options); }};
}

}  // namespace campaign_sim
