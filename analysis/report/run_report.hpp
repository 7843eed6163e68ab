// What the report of one run shows, gathered from its folder.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace campaign_sim {

// The data of the page: a few hundred kilobytes whatever the size of the campaign. Throws ResultsError if the
// folder does not hold a run, or one of its files does not hold what it should.
nlohmann::ordered_json run_report(const std::filesystem::path& folder);

}  // namespace campaign_sim
