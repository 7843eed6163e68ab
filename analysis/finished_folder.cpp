#include "analysis/finished_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "sim/core/checksum.hpp"

namespace campaign_sim {

namespace fs = std::filesystem;

namespace {

void expect_folder_with(const fs::path& folder, const FolderKind& kind) {
  std::error_code ignored;
  if (!fs::exists(folder, ignored))
    throw ResultsError{fmt::format("{}: there is no such folder", folder.string())};
  if (!fs::is_directory(folder, ignored))
    throw ResultsError{
        fmt::format("{} is not a folder; give the one that a {} wrote", folder.string(), kind.made_by)};
  if (!fs::exists(fs::symlink_status(folder / kind.description, ignored)))
    throw ResultsError{
        fmt::format("{} is not a folder of results (it has no {}); give the one that a {} wrote",
                    folder.string(), kind.description, kind.made_by)};
}

std::string whole_file(const fs::path& file) {
  std::ifstream stream{file, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{stream}, {}};
  if (!stream || stream.bad()) throw ResultsError{fmt::format("{} cannot be read", file.string())};
  return text;
}

}  // namespace

FinishedFolder::FinishedFolder(fs::path path, const FolderKind& kind) : path_{std::move(path)}, kind_{kind} {
  expect_folder_with(path_, kind_);
  description_ = parsed(kind_.description);
  const auto format = description_.find(kind_.format_key);
  if (format == description_.end() || *format != kind_.format) {
    const auto program = description_.find("program");
    throw ResultsError{fmt::format("{} has results of format {} ({}), and this program reads format {}; {}",
                                   path_.string(), format == description_.end() ? "unknown" : format->dump(),
                                   program != description_.end() && program->is_string()
                                       ? program->get<std::string>()
                                       : "of an unknown program",
                                   kind_.format, kind_.again)};
  }
  try {
    read_checksums();
  } catch (const nlohmann::json::exception& problem) {
    fail(problem);
  }
}

nlohmann::ordered_json FinishedFolder::json(const std::string& name) const {
  (void)checksum_known_of(name);
  return parsed(name);
}

nlohmann::ordered_json FinishedFolder::parsed(const std::string& name) const {
  expect_file(name);
  auto json = nlohmann::ordered_json::parse(whole_file(path_ / name), nullptr, false);
  if (!json.is_object())
    throw ResultsError{fmt::format("{} is not JSON as a {} writes it (truncated or edited?); {}",
                                   (path_ / name).string(), kind_.made_by, kind_.again)};
  return json;
}

// To open what is no file would wait for ever (a pipe), or fail without a word (a folder).
void FinishedFolder::expect_file(const std::string& name) const {
  const fs::path file = path_ / name;
  std::error_code ignored;
  if (!fs::exists(file, ignored))
    throw ResultsError{fmt::format("{} is missing; {}", file.string(), kind_.again)};
  if (!fs::is_regular_file(file, ignored))
    throw ResultsError{fmt::format("{} is not a file; {}", file.string(), kind_.again)};
}

void FinishedFolder::read_checksums() {
  const auto& sums = description_.at("crc32").get_ref<const nlohmann::ordered_json::object_t&>();
  for (const auto& [name, sum] : sums) {
    if (fs::path{name}.filename() != name)  // a name of ours is no path
      throw ResultsError{fmt::format("{}: its {} names '{}', which is no file of a {}", path_.string(),
                                     kind_.description, name, kind_.made_by)};
    checksums_[name] = sum.get<std::string>();
  }
}

const std::string& FinishedFolder::checksum_known_of(const std::string& name) const {
  const auto sum = checksums_.find(name);
  if (sum == checksums_.end())
    throw ResultsError{fmt::format("{}: its {} has no checksum of {}; {}", path_.string(), kind_.description,
                                   name, kind_.again)};
  return sum->second;
}

fs::path FinishedFolder::file(const std::string& name) const {
  (void)checksum_known_of(name);
  return path_ / name;
}

void FinishedFolder::expect_checksum(const std::string& name, const std::string& found) const {
  const std::string& known = checksum_known_of(name);
  if (found == known) return;
  throw ResultsError{
      fmt::format("{} is not as the {} left it (its checksum is {}, {} says {}): truncated or edited; {}",
                  (path_ / name).string(), kind_.made_by, found, kind_.description, known, kind_.again)};
}

void FinishedFolder::expect_as_left(const std::vector<std::string>& but_for) const {
  for (const auto& [name, sum] : checksums_) {
    if (std::ranges::find(but_for, name) != but_for.end()) continue;
    expect_file(name);
    const auto found = checksum_of(path_ / name);
    if (!found) throw ResultsError{fmt::format("{} cannot be read", (path_ / name).string())};
    expect_checksum(name, *found);
  }
}

void FinishedFolder::fail(const nlohmann::json::exception& problem) const {
  std::string_view what = problem.what();  // "[json.exception.out_of_range.403] key 'inputs' not found"
  if (const auto end = what.find("] "); end != std::string_view::npos) what.remove_prefix(end + 2);
  throw ResultsError{fmt::format("{}: its {} is not as a {} of this version writes it ({}); {}",
                                 path_.string(), kind_.description, kind_.made_by, what, kind_.again)};
}

}  // namespace campaign_sim
