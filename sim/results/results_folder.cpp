#include "sim/results/results_folder.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>

#include "sim/core/checksum.hpp"
#include "sim/results/output_error.hpp"

namespace campaign_sim {

namespace fs = std::filesystem;

namespace {

// Overwriting deletes the folder: only one that we made, or an empty one, may go. Others have a
// manifest.json as well; ours opens with our name.
bool names_us(const fs::path& manifest) {
  std::ifstream file{manifest};
  std::string head(64, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  return head.find("\"program\": \"campaign-sim ") != std::string::npos;
}

bool is_ours(const fs::path& folder, const std::string& marker) {
  std::error_code error;
  if (fs::is_empty(folder, error) && !error) return true;
  const fs::path manifest = folder / "manifest.json";
  if (marker == "manifest.json") return names_us(manifest);
  // A run's folder holds a bill too; billing elsewhere may not overwrite a run.
  return fs::exists(folder / marker) && !fs::exists(manifest);
}

}  // namespace

ResultsFolder::ResultsFolder(fs::path final_folder, Overwrite overwrite, std::string marker)
    : final_{std::move(final_folder)} {
  if (!final_.has_filename()) final_ = final_.parent_path();  // "results/quick/"
  std::error_code error;
  if (fs::exists(final_, error)) {
    if (overwrite == Overwrite::no)
      throw OutputError{final_.string() + " exists; choose another with --out, or overwrite it with --force"};
    if (!fs::is_directory(final_, error) || !is_ours(final_, marker))
      throw OutputError{
          final_.string() +
          std::string(
              marker == "manifest.json"
                  ? " is not a folder of results (it has no manifest.json of ours); it is left as it is"
                  : " is not a folder of a bill (a run's results stay); choose another with --out")};
  }
  error.clear();
  if (final_.has_parent_path()) fs::create_directories(final_.parent_path(), error);
  if (error)
    throw OutputError{"cannot make the folder " + final_.parent_path().string() + ": " + error.message()};
  temporary_ = final_;
  temporary_ += ".part-" + std::to_string(::getpid());
  fs::remove_all(temporary_, error);
  fs::create_directory(temporary_, error);
  if (error) throw OutputError{"cannot make the folder " + temporary_.string() + ": " + error.message()};
}

ResultsFolder::~ResultsFolder() {
  std::error_code ignored;
  if (!committed_) fs::remove_all(temporary_, ignored);
}

std::string ResultsFolder::write(const std::string& name, const std::string& content) const {
  const fs::path path = file(name);
  const auto fail = [&] { throw OutputError{"cannot write " + path.string() + ": " + std::strerror(errno)}; };
  std::FILE* out = std::fopen(path.c_str(), "wb");
  if (!out) fail();
  const bool written = std::fwrite(content.data(), 1, content.size(), out) == content.size();
  if (std::fclose(out) != 0 || !written) fail();
  Checksum checksum;
  checksum.add(content);
  return checksum.text();
}

void ResultsFolder::commit() {
  std::error_code error;
  fs::path old;
  if (fs::exists(final_, error)) {
    // Out of the way first: should the second step fail, the old results can still be found.
    old = final_;
    old += ".old-" + std::to_string(::getpid());
    fs::rename(final_, old, error);
  }
  if (!error) fs::rename(temporary_, final_, error);
  if (error) throw OutputError{"cannot move the results to " + final_.string() + ": " + error.message()};
  committed_ = true;
  if (!old.empty()) fs::remove_all(old, error);
}

}  // namespace campaign_sim
