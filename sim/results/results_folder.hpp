// The folder of one run's results: complete, or not there at all.
#pragma once

#include <filesystem>
#include <string>

namespace campaign_sim {

enum class Overwrite { no, yes };

// Files are written to a temporary folder beside the final one, which takes its place in `commit`. A run
// that ends any other way leaves nothing behind.
class ResultsFolder {
 public:
  // Throws OutputError if `final` exists and may not be overwritten, if it is not a results folder (it
  // would be deleted), or if nothing can be written there.
  // `marker` is the file by which a folder of this kind is known.
  ResultsFolder(std::filesystem::path final_folder, Overwrite overwrite,
                std::string marker = "manifest.json");
  ~ResultsFolder();
  ResultsFolder(const ResultsFolder&) = delete;
  ResultsFolder& operator=(const ResultsFolder&) = delete;

  // Where a file of that name is to be written until `commit`.
  std::filesystem::path file(const std::string& name) const { return temporary_ / name; }
  const std::filesystem::path& final_folder() const { return final_; }

  // Writes a whole small file; its checksum. Throws OutputError.
  std::string write(const std::string& name, const std::string& content) const;

  void commit();

 private:
  std::filesystem::path final_;
  std::filesystem::path temporary_;
  bool committed_ = false;
};

}  // namespace campaign_sim
