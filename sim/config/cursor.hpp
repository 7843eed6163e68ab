// Where a reader stands in a document's tree, and how it moves. Private to sim/config.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/document.hpp"

namespace campaign_sim::config {

struct Cursor {
  Document::Impl* document;
  NodePtr node;  // a mapping
  Place place;   // of the key of the mapping, or of the mapping where it has none
  std::string path;
  std::vector<std::string> files;  // the library files that are being expanded here
  bool dead = false;  // the mapping could not be read: everything below it reads as harmless values

  std::string path_of(std::string_view key) const;
  // The value under `key`, which becomes known; nothing if it is left out.
  Entry* find(std::string_view key);
  void reject(const Place& place, std::string_view key, std::string message);
  // " in search", or nothing at the root.
  std::string in_section() const;
};

// Reports that a key which must be there is not; `what` says what it would hold.
void missing(Cursor& cursor, std::string_view key, std::string_view what);
// Keeps the value that a key has because it was left out.
Entry& keep_default(Cursor& cursor, std::string_view key, NodePtr value);
void keep_default(Cursor& cursor, std::string_view key, std::string text);

NodePtr make_mapping(const Place& place);
// A cursor on a mapping below another one.
std::shared_ptr<Cursor> below(const Cursor& parent, std::string_view key, const NodePtr& node,
                              const Place& place);
// One on nothing: everything below it reads as harmless values, and nothing more is reported.
std::shared_ptr<Cursor> dead_end(const Cursor& parent, std::string_view key);
// An entry as a mapping; a dead end if it is none, which is reported.
std::shared_ptr<Cursor> mapping_at(Cursor& cursor, std::string_view key, const NodePtr& node,
                                   const Place& place);

}  // namespace campaign_sim::config
