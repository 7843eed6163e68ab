// One HTML file that opens offline: style, drawing code, libraries and data all stand in it.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace campaign_sim {

// Where the parts of the page are found.
struct PageParts {
  std::filesystem::path page;    // report.html, style.css, *.js: ours
  std::filesystem::path assets;  // d3.min.js and plot.umd.min.js: what tools/get-report-assets fetched
};

// True if every library is there.
bool has_assets(const std::filesystem::path& assets);

// The page with the data in it. The same data give the same bytes. Throws ResultsError if a part is missing.
std::string page(const PageParts& parts, const nlohmann::ordered_json& data);

}  // namespace campaign_sim
