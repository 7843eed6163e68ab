// The folder that a run or a comparison left. Its files are read as they were left, or not at all: what is
// missing, cut short, edited, no file or of another format is refused, so that no figure is silently wrong.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "analysis/results_error.hpp"

namespace campaign_sim {

// What a folder is described by, and what it takes to make it again.
struct FolderKind {
  const char* made_by;
  const char* description;  // the file: JSON that knows the checksums of the others
  const char* format_key;
  int format;  // raised when a file's meaning changes
  const char* again;
};
inline constexpr FolderKind run_folder{"run", "manifest.json", "results_format", 2, "run the scenario again"};
inline constexpr FolderKind comparison_folder{"comparison", "comparison.json", "comparison_format", 2,
                                              "compare again"};

class FinishedFolder {
 public:
  // Reads the description. This and all below throw ResultsError.
  FinishedFolder(std::filesystem::path path, const FolderKind& kind);

  const std::filesystem::path& path() const { return path_; }
  const nlohmann::ordered_json& description() const { return description_; }
  // Another of its files that is JSON.
  nlohmann::ordered_json json(const std::string& name) const;

  // Whether its maker left such a file.
  bool knows(const std::string& name) const { return checksums_.contains(name); }
  // Where a file is whose checksum it knows.
  std::filesystem::path file(const std::string& name) const;
  void expect_file(const std::string& name) const;
  // Holds the checksum of a file that was read against the one that the folder knows.
  void expect_checksum(const std::string& name, const std::string& found) const;
  // The same for all the files that it knows, but for those that the caller checks as it reads them.
  void expect_as_left(const std::vector<std::string>& but_for = {}) const;

  // What its JSON lacks: `problem` is what nlohmann says of that.
  [[noreturn]] void fail(const nlohmann::json::exception& problem) const;

 private:
  nlohmann::ordered_json parsed(const std::string& name) const;
  void read_checksums();
  const std::string& checksum_known_of(const std::string& name) const;

  std::filesystem::path path_;
  FolderKind kind_;
  nlohmann::ordered_json description_;
  std::map<std::string, std::string> checksums_;  // by file
};

}  // namespace campaign_sim
