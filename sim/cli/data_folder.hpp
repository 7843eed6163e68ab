// Where files are looked for.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace campaign_sim {

// Where the program's own files are: the checkout it was built in, or the share folder it was installed to.
std::filesystem::path data_folder();
// The folders that are searched for platforms, in this order.
std::vector<std::filesystem::path> platform_library(const std::string& scenario);
// The scenario as given, or, if there is no such file, the one of that name that came with the program.
std::filesystem::path find_scenario(const std::string& scenario);

}  // namespace campaign_sim
