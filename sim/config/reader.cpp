#include "sim/config/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/config/cursor.hpp"
#include "sim/config/layers.hpp"
#include "sim/config/marked.hpp"
#include "sim/config/units.hpp"
#include "sim/config/values.hpp"

namespace campaign_sim {

using namespace config;

namespace {

// The words for a number in the resolved document; what is not finite has no other.
std::string write_default(double value) {
  return std::isnan(value) ? "none" : std::isinf(value) ? "unlimited" : write_number(value);
}

// Keeps the number that a key has because it was left out; what is not finite is none, but a word for it.
void keep_number(Cursor& cursor, std::string_view key, double number, NodePtr node) {
  if (cursor.dead) return;
  node->is_number = std::isfinite(number);
  keep_default(cursor, key, std::move(node));
}

}  // namespace

Reader::Reader(std::shared_ptr<Cursor> cursor) : cursor_{std::move(cursor)} {}

bool Reader::has(std::string_view key) const {
  cursor_->node->asked.emplace_back(key);
  const Entry* entry = cursor_->node->find(key);
  return entry && !entry->is_default;
}

bool Reader::is_scalar(std::string_view key) const {
  const Entry* entry = cursor_->node->find(key);
  return entry && (entry->node->kind == Kind::scalar || is_marked_value(*entry->node));
}

bool Reader::is_word(std::string_view key) const {
  const Entry* entry = cursor_->node->find(key);
  return entry && entry->node->kind == Kind::scalar && !parse_number(*entry->node->text);
}

std::vector<std::string> Reader::keys() const {
  std::vector<std::string> keys;
  for (const auto& entry : cursor_->node->entries)
    if (!entry.is_default && !entry.is_implied) keys.push_back(entry.key);
  return keys;
}

bool Reader::ok() const {
  if (cursor_->dead) return false;
  const auto& path = cursor_->path;
  return std::none_of(
      cursor_->document->mistakes.begin(), cursor_->document->mistakes.end(),
      [&](const Mistake& m) { return path.empty() || m.path == path || m.path.starts_with(path + "."); });
}

std::string Reader::path() const { return cursor_->path; }

double Reader::number(std::string_view key, Range range) {
  const auto value = scalar(*cursor_, key, Ranges::taken);
  if (value.state == State::missing) missing(*cursor_, key, "a number");
  if (value.state != State::good) return harmless(range);
  return checked_number(*cursor_, key, value, range).value_or(harmless(range));
}

double Reader::number_or(std::string_view key, double fallback, Range range) {
  const auto value = scalar(*cursor_, key, Ranges::taken);
  if (value.state == State::missing)
    keep_number(*cursor_, key, fallback, make_scalar(write_default(fallback), cursor_->place));
  if (value.state != State::good) return fallback;
  return checked_number(*cursor_, key, value, range).value_or(fallback);
}

std::int64_t Reader::integer(std::string_view key, Range range) {
  const auto value = scalar(*cursor_, key, Ranges::taken);
  if (value.state == State::missing) missing(*cursor_, key, "a whole number");
  if (value.state != State::good) return harmless_integer(range);
  return checked_integer(*cursor_, key, value, range).value_or(harmless_integer(range));
}

std::int64_t Reader::integer_or(std::string_view key, std::int64_t fallback, Range range) {
  const auto value = scalar(*cursor_, key, Ranges::taken);
  if (value.state == State::missing)
    keep_number(*cursor_, key, static_cast<double>(fallback),
                make_scalar(std::to_string(fallback), cursor_->place));
  if (value.state != State::good) return fallback;
  return checked_integer(*cursor_, key, value, range).value_or(fallback);
}

bool Reader::flag_or(std::string_view key, bool fallback) {
  const auto value = scalar(*cursor_, key);
  if (value.state == State::missing) keep_default(*cursor_, key, std::string{fallback ? "true" : "false"});
  if (value.state != State::good) return fallback;
  if (value.text == "true" || value.text == "yes" || value.text == "on") return true;
  if (value.text == "false" || value.text == "no" || value.text == "off") return false;
  cursor_->reject(value.place, key, fmt::format("'{}' must be true or false", key));
  return fallback;
}

std::string Reader::text(std::string_view key) {
  const auto value = scalar(*cursor_, key);
  if (value.state == State::missing) missing(*cursor_, key, "a text");
  return value.text;
}

std::string Reader::text_or(std::string_view key, std::string_view fallback) {
  const auto value = scalar(*cursor_, key);
  if (value.state == State::missing) keep_default(*cursor_, key, std::string{fallback});
  return value.state == State::good ? value.text : std::string{fallback};
}

std::string Reader::one_of(std::string_view key, std::span<const std::string_view> names) {
  const auto value = scalar(*cursor_, key);
  const std::string safe{names.empty() ? std::string_view{} : names.front()};
  if (value.state == State::missing)
    missing(*cursor_, key, fmt::format("one of '{}'", fmt::join(names, "', '")));
  if (value.state != State::good) return safe;
  return checked_name(*cursor_, key, value, names).value_or(safe);
}

std::string Reader::one_of_or(std::string_view key, std::string_view fallback,
                              std::span<const std::string_view> names) {
  const auto value = scalar(*cursor_, key);
  if (value.state == State::missing) keep_default(*cursor_, key, std::string{fallback});
  if (value.state != State::good) return std::string{fallback};
  return checked_name(*cursor_, key, value, names).value_or(std::string{fallback});
}

double Reader::quantity_base(std::string_view key, std::array<int, 6> dimension,
                             std::optional<double> fallback, Range range) {
  const double safe = fallback.value_or(harmless(range));
  const auto value = scalar(*cursor_, key, Ranges::taken);
  if (value.state == State::missing) {
    if (!fallback) {
      missing(*cursor_, key, describe_dimension(dimension));
    } else {
      auto node = make_scalar("", cursor_->place);
      node->quantity = Node::Number{*fallback, dimension};
      keep_number(*cursor_, key, *fallback, std::move(node));
    }
  }
  if (value.state != State::good) return safe;
  return checked_amount(*cursor_, key, value, range, dimension).value_or(safe);
}

std::vector<double> Reader::numbers(std::string_view key, Range range) {
  std::vector<double> values;
  if (const NodePtr list = list_of(*cursor_, key, "[1, 2, 3]")) {
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      const auto value = scalar_of(*cursor_, key, list->items[i], Ranges::taken);
      const auto label = value.range ? join(key, std::to_string(i)) : std::string{key};
      const auto number =
          value.state == State::good ? checked_number(*cursor_, label, value, range) : std::nullopt;
      values.push_back(number.value_or(harmless(range)));
    }
  }
  return values;
}

std::vector<std::string> Reader::texts(std::string_view key) {
  std::vector<std::string> values;
  if (const NodePtr list = list_of(*cursor_, key, "[a, b]"))
    for (const auto& item : list->items) values.push_back(scalar_of(*cursor_, key, item).text);
  return values;
}

std::vector<Reader> Reader::items(std::string_view key) {
  std::vector<Reader> readers;
  if (const NodePtr list = list_of(*cursor_, key, "[{…}, {…}]")) {
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      const auto& item = list->items[i];
      readers.push_back(Reader{mapping_at(*cursor_, join(key, std::to_string(i)), item, item->place)});
    }
  }
  return readers;
}

Reader Reader::section(std::string_view key) {
  if (cursor_->dead) return Reader{dead_end(*cursor_, key)};
  Entry* entry = cursor_->find(key);
  if (entry) return Reader{mapping_at(*cursor_, key, entry->node, entry->place)};
  missing(*cursor_, key, "a mapping");
  return Reader{dead_end(*cursor_, key)};
}

Reader Reader::section_or_empty(std::string_view key) {
  if (cursor_->dead) return Reader{dead_end(*cursor_, key)};
  if (cursor_->find(key)) return section(key);
  Entry* entry = cursor_->node->find(key);
  if (!entry) entry = &keep_default(*cursor_, key, make_mapping(cursor_->place));
  return Reader{below(*cursor_, key, entry->node, entry->place)};
}

std::vector<std::pair<std::string, Reader>> Reader::entries(std::string_view key) {
  std::vector<std::pair<std::string, Reader>> readers;
  if (cursor_->dead) return readers;
  Entry* entry = cursor_->find(key);
  if (!entry) {
    missing(*cursor_, key, "a mapping of names to mappings");
    return readers;
  }
  const auto all = mapping_at(*cursor_, key, entry->node, entry->place);
  if (all->dead) return readers;
  for (auto& named : all->node->entries) {
    named.read = true;
    readers.emplace_back(named.key, Reader{mapping_at(*all, named.key, named.node, named.place)});
  }
  return readers;
}

Reader Reader::chosen_section(std::string_view key, std::string_view tag, std::string_view fallback) {
  if (cursor_->dead) return Reader{dead_end(*cursor_, key)};
  Entry* entry = cursor_->find(key);
  if (!entry) {
    entry = cursor_->node->find(key);
    if (!entry) entry = &keep_default(*cursor_, key, make_mapping(cursor_->place));
  }
  Node& old = *entry->node;
  if (old.kind == Kind::scalar || is_marked_value(old)) {
    auto mapping = make_mapping(old.place);
    mapping->entries.push_back({std::string{tag}, entry->place, entry->node});
    entry->node = std::move(mapping);
  } else if (old.kind == Kind::mapping && old.text) {
    if (!old.find(tag))
      old.entries.insert(old.entries.begin(),
                         {std::string{tag}, entry->place, make_scalar(*old.text, old.place)});
    old.text.reset();
  }
  auto chosen = mapping_at(*cursor_, key, entry->node, entry->place);
  if (chosen->dead) return Reader{std::move(chosen)};
  chosen->node->tag = tag;
  if (!chosen->node->find(tag)) {
    auto& entries = chosen->node->entries;
    entries.insert(entries.begin(),
                   {std::string{tag}, entry->place, make_scalar(std::string{fallback}, entry->place)});
    entries.front().is_default = entries.front().is_implied = true;
  }
  return Reader{std::move(chosen)};
}

Reader Reader::library_entry(std::string_view key, std::string_view kind) {
  if (cursor_->dead) return Reader{dead_end(*cursor_, key)};
  Entry* entry = cursor_->find(key);
  if (!entry) {
    missing(*cursor_, key, "a name of the library or a mapping in full");
    return Reader{dead_end(*cursor_, key)};
  }
  const NodePtr written = entry->node;
  const Place place = entry->place;
  const NodePtr value = unwrapped(*cursor_, key, written);
  Scalar name;
  if (value->kind == Kind::scalar) {
    name = {State::good, *value->text, value->place};
  } else if (value->kind == Kind::mapping) {
    if (value->text) name = {State::good, *value->text, value->place};
    if (const Entry* use = value->find("use")) name = scalar_of(*cursor_, join(key, "use"), use->node);
  }
  if (name.state == State::wrong) return Reader{dead_end(*cursor_, key)};
  if (name.state == State::missing) return Reader{mapping_at(*cursor_, key, written, place)};
  auto found =
      cursor_->document->find_entry(name.text, kind, name.place, cursor_->path_of(key), cursor_->files);
  if (!found) return Reader{dead_end(*cursor_, key)};
  NodePtr whole = found->tree;
  if (value->kind == Kind::mapping) {
    auto overrides = copy_tree(*value);
    overrides->text.reset();
    std::erase_if(overrides->entries, [](const Entry& e) { return e.key == "use"; });
    whole = merge(whole, overrides);
  }
  whole->used = name.text;
  whole->files = std::move(found->files);
  whole->place = name.place;
  cursor_->node->find(key)->node = whole;
  return Reader{below(*cursor_, key, whole, place)};
}

std::filesystem::path Reader::file(std::string_view key) {
  const auto value = scalar(*cursor_, key);
  if (value.state == State::missing) missing(*cursor_, key, "the name of a file");
  if (value.state != State::good) return {};
  const std::filesystem::path named{value.text};
  return named.is_absolute() || !value.place.source ? named : value.place.source->folder / named;
}

std::vector<std::filesystem::path> Reader::library_files(std::string_view kind,
                                                         std::string_view extension) const {
  std::map<std::string, std::filesystem::path> found;
  for (const auto& folder : cursor_->document->library) {
    std::error_code error;
    for (std::filesystem::directory_iterator it{folder / kind, error}, end; !error && it != end;
         it.increment(error))
      if (it->path().extension() == extension) found.emplace(it->path().filename().string(), it->path());
  }
  std::vector<std::filesystem::path> files;
  for (auto& [name, path] : found) files.push_back(std::move(path));
  return files;
}

void Reader::use_currency(std::string_view key, const std::string& currency) {
  check_currency(*cursor_, key, cursor_->place, currency);
}

void Reader::skip(std::string_view key) { cursor_->find(key); }

void Reader::reject(std::string_view key, std::string message) {
  const Entry* entry = key.empty() ? nullptr : cursor_->node->find(key);
  const bool written = entry && !entry->is_default;
  cursor_->reject(written ? entry->node->place : cursor_->place, key, std::move(message));
}

}  // namespace campaign_sim
