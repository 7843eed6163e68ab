#include "sim/cli/report_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "analysis/report/comparison_report.hpp"
#include "analysis/report/page.hpp"
#include "analysis/report/report_error.hpp"
#include "analysis/report/run_report.hpp"
#include "sim/cli/data_folder.hpp"
#include "sim/results/output_error.hpp"

namespace campaign_sim {

namespace {

namespace fs = std::filesystem;

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

}  // namespace

std::string how_to_get_report_assets() {
  if (has_assets(assets_folder())) return "";
  return fmt::format(
      "the libraries that draw the report are not there yet; this fetches them with npm, once:\n  {}",
      (data_folder() / "tools" / "get-report-assets").string());
}

void write_report(const fs::path& results, const fs::path& file) {
  try {
    const nlohmann::ordered_json data =
        holds_comparison(results) ? comparison_report(results) : run_report(results);
    if (const std::string how = how_to_get_report_assets(); !how.empty()) throw OutputError{how};
    write_file(file, page({data_folder() / "analysis" / "report" / "page", assets_folder()}, data));
  } catch (const ReportError& error) {
    throw OutputError{error.what()};
  }
}

}  // namespace campaign_sim
