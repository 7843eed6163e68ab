// Golden tables and real data that live beside the checkout, in ../shared. Nothing of them is copied into
// the project: a test that needs one is skipped, saying so, where it is not there.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
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
inline std::optional<nlohmann::json> oracle(const std::string& family) {
  const auto path = shared_file("oracles/" + family + ".json");
  if (!path) return std::nullopt;
  std::ifstream file{*path};
  return nlohmann::json::parse(file);
}

}  // namespace campaign_sim::testing
