#include "analysis/report/json_file.hpp"

#include <fstream>

#include "analysis/report/report_error.hpp"

namespace campaign_sim {

nlohmann::ordered_json read_json_file(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) throw ReportError{"cannot read " + file.string()};
  nlohmann::ordered_json json = nlohmann::ordered_json::parse(in, nullptr, false);
  if (!json.is_object()) throw ReportError{file.string() + " is not a JSON object"};
  return json;
}

}  // namespace campaign_sim
