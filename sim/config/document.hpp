// What a document and its readers share. Private to sim/config.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/config/source.hpp"
#include "sim/config/tree.hpp"

namespace campaign_sim {

struct Document::Impl {
  config::NodePtr root;
  std::vector<std::filesystem::path> library;
  std::filesystem::path folder;
  std::vector<config::Mistake> mistakes;
  std::string currency;                                    // the first that was read
  std::string currency_path;                               // and the key it was read at
  std::size_t sources = 0;                                 // texts read so far
  std::vector<Input> inputs;                               // made by finish()
  std::map<std::filesystem::path, config::NodePtr> files;  // each is read once
  config::NodePtr alternatives;                            // a mapping, once taken out of the tree

  void reject(const config::Place& place, std::string path, std::string message);

  // A file's tree, what it includes laid below it. `chain` holds the files that are being read.
  config::NodePtr read_file(const std::filesystem::path& file, std::vector<std::filesystem::path> chain);
  config::NodePtr read_text(const std::shared_ptr<config::Source>& source,
                            const std::vector<std::filesystem::path>& chain);

  struct Found {
    config::NodePtr tree;
    std::vector<std::string> files;  // what was read for it, the last one being its own
  };
  // The library's `<kind>/<name>.yaml`, with what it is itself based on (`use`). Mistakes are reported at
  // `place`.
  std::optional<Found> find_entry(const std::string& name, std::string_view kind, const config::Place& place,
                                  const std::string& path, std::vector<std::string> files);

  void report_unknown_keys(const config::Node& mapping, const std::string& path);

 private:
  std::optional<std::filesystem::path> find_library_file(const std::string& name, std::string_view kind,
                                                         const config::Place& place, const std::string& path);
  // An entry over the one that it says it is based on.
  bool lay_over_used(Found& found, std::string_view kind, const std::string& path);
  void lay_over_includes(config::NodePtr& tree, const std::vector<std::filesystem::path>& chain);
};

namespace config {
std::string join(std::string_view path, std::string_view key);
std::filesystem::path identity(const std::filesystem::path& file);  // the same for all names of a file
bool is_entry_name(const std::string& name);                        // that a file of the library can have
std::string write_document(const Node& root, const std::string& currency);
std::vector<Input> list_inputs(const Node& root, const std::string& currency);
}  // namespace config

}  // namespace campaign_sim
