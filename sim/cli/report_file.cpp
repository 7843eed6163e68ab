#include "sim/cli/report_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "analysis/report/comparison_report.hpp"
#include "analysis/report/page.hpp"
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

// Whole or not at all. To put it in the place of a device or a folder would take that away.
void write_file(const fs::path& file, const std::string& text) {
  std::error_code ignored;
  if (fs::exists(file, ignored) && !fs::is_regular_file(file, ignored))
    throw OutputError{"cannot write " + file.string() + ": it is not a file"};
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

bool holds_report(const fs::path& file) {
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return false;
  std::ifstream in{file, std::ios::binary};
  std::string head(1024, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  return head.find("<meta name=\"generator\" content=\"campaign-sim\">") != std::string::npos;
}

void write_report(const fs::path& results, const fs::path& file) {
  const nlohmann::ordered_json data =
      holds_comparison(results) ? comparison_report(results) : run_report(results);
  if (const std::string how = how_to_get_report_assets(); !how.empty()) throw OutputError{how};
  write_file(file, page({data_folder() / "analysis" / "report" / "page", assets_folder()}, data));
}

}  // namespace campaign_sim
