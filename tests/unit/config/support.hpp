// What the tests of the reader share: a folder of files that vanishes, and the text of the mistakes.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "sim/config/reader.hpp"

namespace campaign_sim::testing {

// What finish() says after `read`, or "" if it is content.
template <class Read>
std::string mistakes(Document document, Read read) {
  auto root = document.root();
  read(root);
  try {
    document.finish();
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

template <class Read>
std::string mistakes(const std::string& text, Read read) {
  return mistakes(Document::parse(text, "try.yaml"), read);
}

// What a ConfigError that `act` throws says, or "".
template <class Act>
std::string thrown(Act act) {
  try {
    act();
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

// The tests run in this folder, so that messages hold short relative paths.
class Folder {
 public:
  explicit Folder(const std::string& name)
      : before_{std::filesystem::current_path()},
        path_{std::filesystem::temp_directory_path() /  // tests run side by side, in processes of their own
              ("campaign-sim-test-" + std::to_string(::getpid()) + "-" + name)} {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
    std::filesystem::current_path(path_);
  }
  ~Folder() {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::filesystem::path& name, const std::string& text) const {
    if (name.has_parent_path()) std::filesystem::create_directories(name.parent_path());
    std::ofstream{name, std::ios::binary} << text;
  }

 private:
  std::filesystem::path before_;
  std::filesystem::path path_;
};

}  // namespace campaign_sim::testing
