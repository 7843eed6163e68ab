// What the report of a comparison shows, gathered from its folder.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace campaign_sim {

// True if `campaign-sim compare` finished there.
bool holds_comparison(const std::filesystem::path& folder);

// The data of the page: tables of means and intervals, the curves of the best variants, and one run of each
// of the best, thinned as in a report of its own. Throws ResultsError if the files are not whole or not of
// one comparison.
nlohmann::ordered_json comparison_report(const std::filesystem::path& folder);

}  // namespace campaign_sim
