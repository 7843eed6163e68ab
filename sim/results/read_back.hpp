// The checksum of a file that was not summed as it was written.
#pragma once

#include <filesystem>
#include <string>

namespace campaign_sim {

// Throws OutputError if the file cannot be read.
std::string read_back(const std::filesystem::path& file);

}  // namespace campaign_sim
