#pragma once

#include <filesystem>

namespace campaign_sim::testing {

// The checkout that the tests belong to. Only project_root.cpp is compiled with its path.
std::filesystem::path project_root();

}  // namespace campaign_sim::testing
