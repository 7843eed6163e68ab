// report.html of a folder of results, of one run or of a comparison.
#pragma once

#include <filesystem>
#include <string>

namespace campaign_sim {

// Empty if the libraries that draw a report are there; else how to get them.
std::string how_to_get_report_assets();

// Whether the file is a report of ours.
bool holds_report(const std::filesystem::path& file);

// Writes the report whole or not at all. Throws ResultsError for a folder that cannot be drawn, OutputError
// for what else the user can mend, missing libraries included.
void write_report(const std::filesystem::path& results, const std::filesystem::path& file);

}  // namespace campaign_sim
