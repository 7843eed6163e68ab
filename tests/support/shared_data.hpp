// Golden tables and real data that live beside the checkout, in ../shared. Nothing of them is copied into
// the project: a test that needs one is skipped, saying so, where it is not there.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "tests/support/project_root.hpp"

namespace campaign_sim::testing {

// The file's path, or nothing: then the test says `SKIPPED` (which ctest reports) and should return.
inline std::optional<std::filesystem::path> shared_file(const std::string& name) {
  auto path = project_root() / ".." / "shared" / name;
  if (std::filesystem::exists(path)) return path;
  WARN("SKIPPED: ../shared/" << name << " is not here");
  return std::nullopt;
}

// A family of golden tables.
std::optional<nlohmann::json> oracle(const std::string& family);

}  // namespace campaign_sim::testing
