// Reads an exported JSON file.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace campaign_sim {

// Throws ReportError if there is no such file, or no JSON object in it.
nlohmann::ordered_json read_json_file(const std::filesystem::path& file);

}  // namespace campaign_sim
