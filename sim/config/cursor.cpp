#include "sim/config/cursor.hpp"

#include <fmt/format.h>

#include "sim/config/layers.hpp"

namespace campaign_sim::config {

NodePtr make_mapping(const Place& place) {
  auto node = std::make_shared<Node>();
  node->kind = Kind::mapping;
  node->place = place;
  return node;
}

std::string Cursor::path_of(std::string_view key) const { return join(path, key); }

std::string Cursor::in_section() const { return path.empty() ? "" : " in " + printable(path); }

Entry* Cursor::find(std::string_view key) {
  node->asked.emplace_back(key);
  Entry* entry = node->find(key);
  if (!entry || (entry->is_default && !entry->is_implied)) return nullptr;
  entry->read = true;
  return entry;
}

void Cursor::reject(const Place& at, std::string_view key, std::string message) {
  if (dead) return;
  if (!key.empty() && (key == node->tag || is_selector(key))) node->forgives_unknown = true;
  document->reject(at, path_of(key), std::move(message));
}

void missing(Cursor& cursor, std::string_view key, std::string_view what) {
  cursor.reject(cursor.place, key, fmt::format("'{}' is missing{} ({})", key, cursor.in_section(), what));
}

Entry& keep_default(Cursor& cursor, std::string_view key, NodePtr value) {
  Entry* entry = cursor.node->find(key);
  if (!entry) {
    cursor.node->entries.push_back({std::string{key}, cursor.place, nullptr});
    entry = &cursor.node->entries.back();
  }
  entry->node = std::move(value);
  entry->read = entry->is_default = true;
  return *entry;
}

void keep_default(Cursor& cursor, std::string_view key, std::string text) {
  if (!cursor.dead) keep_default(cursor, key, make_scalar(std::move(text), cursor.place));
}

std::shared_ptr<Cursor> below(const Cursor& parent, std::string_view key, const NodePtr& node,
                              const Place& place) {
  node->opened = true;
  return std::make_shared<Cursor>(Cursor{parent.document, node, place, parent.path_of(key),
                                         node->files.empty() ? parent.files : node->files, parent.dead});
}

std::shared_ptr<Cursor> dead_end(const Cursor& parent, std::string_view key) {
  auto cursor = below(parent, key, make_mapping(parent.place), parent.place);
  cursor->dead = true;
  return cursor;
}

std::shared_ptr<Cursor> mapping_at(Cursor& cursor, std::string_view key, const NodePtr& node,
                                   const Place& place) {
  if (node->kind == Kind::null) node->kind = Kind::mapping;  // all its keys are commented out
  if (node->kind == Kind::mapping && !node->text) return below(cursor, key, node, place);
  cursor.reject(node->place, key,
                fmt::format("'{}' must be a mapping (lines of 'key: value'), not {}", key,
                            node->kind == Kind::sequence ? "a list" : "a single value"));
  return dead_end(cursor, key);
}

}  // namespace campaign_sim::config
