// The files in platforms/, read as a scenario that names them reads them.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/platform/platform.hpp"
#include "tests/support/project_root.hpp"

namespace campaign_sim::testing {

inline std::filesystem::path library() { return project_root() / "platforms"; }

// The names a scenario may use; `kind` is "accelerators", "sites" or "" for platforms.
inline std::vector<std::string> library_names(const std::string& kind) {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator{library() / kind})
    if (file.path().extension() == ".yaml") names.push_back(file.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

template <class Value>
struct Loaded {
  Value value;
  std::string description;
  std::vector<Input> inputs;  // every scalar that was read, below the key "it"
};

// What `it: <text>` stands for. Throws ConfigError.
template <class Value>
Loaded<Value> load_entry(const std::string& text, const std::string& kind, Value (*read)(Reader&)) {
  Document document = Document::parse("it: " + text + "\n", "scenario.yaml", {library()});
  Reader root = document.root();
  Reader entry = root.library_entry("it", kind);
  Value value = read(entry);
  const std::string description = entry.text_or("description", "");
  document.finish();
  return {std::move(value), description, document.inputs()};
}

inline Loaded<Accelerator> load_accelerator(const std::string& text) {
  return load_entry<Accelerator>(text, "accelerators", read_accelerator);
}
inline Loaded<Site> load_site(const std::string& text) { return load_entry<Site>(text, "sites", read_site); }
inline Loaded<Platform> load_platform(const std::string& text) {
  return load_entry<Platform>(text, "", read_platform);
}

// The messages that reading `text` gives; empty if there are none.
template <class Load>
std::string mistakes(Load load, const std::string& text) {
  try {
    load(text);
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

}  // namespace campaign_sim::testing
