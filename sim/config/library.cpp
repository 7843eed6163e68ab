// Entries of the library: `<kind>/<name>.yaml` in the first folder that has one, and what such a file says it
// is based on.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/config/cursor.hpp"
#include "sim/config/document.hpp"
#include "sim/config/layers.hpp"
#include "sim/config/simgrid_xml.hpp"

namespace campaign_sim {

namespace fs = std::filesystem;
using namespace config;

bool config::is_entry_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

namespace {

// The names that a kind has in the library, sorted.
std::vector<std::string> entry_names(const std::vector<fs::path>& library, std::string_view kind) {
  std::set<std::string> names;
  for (const auto& folder : library) {
    std::error_code error;
    for (fs::directory_iterator it{folder / kind, error}, end; !error && it != end; it.increment(error))
      if (it->path().extension() == ".yaml") names.insert(it->path().stem().string());
  }
  return {names.begin(), names.end()};
}

std::string list_folders(const std::vector<fs::path>& library, std::string_view kind) {
  std::string text;
  for (const auto& folder : library)
    text += (text.empty() ? "" : ", ") + printable((kind.empty() ? folder : folder / kind).string());
  return text.empty() ? "no folder" : text;
}

// "a -> b -> a", of the files from `first` on.
std::string cycle(std::vector<std::string>::const_iterator first,
                  std::vector<std::string>::const_iterator end, const std::string& name) {
  std::string text;
  for (; first != end; ++first) text += printable(fs::path{*first}.stem().string()) + " -> ";
  return text + printable(name);
}

// A file calls its entry, unless it says otherwise itself.
void imply_name(Node& entry, const std::string& name, const Place& place) {
  if (const auto* own = entry.find("name"); own && !own->is_implied) return;
  std::erase_if(entry.entries, [](const Entry& e) { return e.key == "name"; });
  entry.entries.insert(entry.entries.begin(), {"name", place, make_scalar(name, place)});
  entry.entries.front().is_implied = true;
}

}  // namespace

std::optional<Document::Impl::Found> Document::Impl::find_entry(const std::string& name,
                                                                std::string_view kind, const Place& place,
                                                                const std::string& path,
                                                                std::vector<std::string> chain) {
  if (kind.empty() && name.ends_with(".xml")) {
    const fs::path file = place.source ? place.source->folder / name : fs::path{name};
    NodePtr tree = read_simgrid_xml(file, sources++, path, mistakes);
    imply_name(*tree, file.stem().string(), place);
    return Found{std::move(tree), std::move(chain)};
  }
  const auto file = find_library_file(name, kind, place, path);
  if (!file) return std::nullopt;
  const auto id = identity(*file).string();
  if (const auto first = std::find(chain.cbegin(), chain.cend(), id); first != chain.cend()) {
    reject(place, path, fmt::format("'{}' is made of itself ({})", name, cycle(first, chain.cend(), name)));
    return std::nullopt;
  }
  chain.push_back(id);
  Found result;
  try {
    result.tree = read_file(*file, {});
  } catch (const ConfigError& e) {
    std::string why = e.what();
    if (why.ends_with('\n')) why.pop_back();
    reject(place, path, fmt::format("'{}' of the library cannot be read:\n{}", name, why));
    return std::nullopt;
  }
  result.files = std::move(chain);
  if (!lay_over_used(result, kind, path)) return std::nullopt;
  imply_name(*result.tree, name, place);
  return result;
}

std::optional<fs::path> Document::Impl::find_library_file(const std::string& name, std::string_view kind,
                                                          const Place& place, const std::string& path) {
  const auto word = std::string{kind.empty() ? "platforms" : kind};
  if (!is_entry_name(name)) {
    reject(place, path,
           fmt::format("'{}' is not the name of an entry of the library's {}", printable(name), word));
    return std::nullopt;
  }
  for (const fs::path& shelf : library) {
    const fs::path file = shelf / kind / (name + ".yaml");
    std::error_code error;
    if (fs::exists(file, error)) return file;
  }
  const auto names = entry_names(library, kind);
  const std::vector<std::string_view> views{names.begin(), names.end()};
  const auto near = nearest_name(name, views);
  reject(place, path,
         fmt::format("no '{}' among the {}{} (searched {})", name, word,
                     near ? fmt::format("; did you mean '{}'?", *near) : "", list_folders(library, kind)));
  return std::nullopt;
}

bool Document::Impl::lay_over_used(Found& found, std::string_view kind, const std::string& path) {
  const Entry* use = found.tree->find("use");
  if (!use || use->node->kind != Kind::scalar) return true;
  const NodePtr used = use->node;
  std::erase_if(found.tree->entries, [](const Entry& e) { return e.key == "use"; });
  auto below = find_entry(*used->text, kind, used->place, path, std::move(found.files));
  if (!below) return false;
  const Place own_place = found.tree->place;
  found.tree = merge(below->tree, found.tree);
  found.tree->place = own_place;
  found.files = std::move(below->files);
  return true;
}

}  // namespace campaign_sim
