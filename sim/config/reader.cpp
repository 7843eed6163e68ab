#include "sim/config/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "sim/config/document.hpp"
#include "sim/config/uncertain.hpp"
#include "sim/config/units.hpp"

namespace campaign_sim {

using namespace config;

namespace {

// Something that was looked up: not there, there but wrong (which was reported), or fine.
enum class State : std::uint8_t { missing, wrong, good };

struct Scalar {
  State state = State::missing;
  std::string text;
  Place place;
  NodePtr range = nullptr;  // the mapping, where it was written as a range; then there may be no text
};

// Whether a key's value may be written as a range: only a number's may.
enum class Ranges : std::uint8_t { refused, taken };

bool holds(const Range& range, double value) {
  return (range.low_open ? value > range.low : value >= range.low) &&
         (range.high_open ? value < range.high : value <= range.high);
}

// A value that is in the range, for callers to go on with after a mistake.
double harmless(const Range& range) {
  const double middle = range.low / 2 + range.high / 2;
  for (const double value : {1.0, range.low, range.high, range.low + 1, range.high - 1, 2 * range.low,
                             2 * range.high, middle, 0.0})
    if (std::isfinite(value) && holds(range, value)) return value;
  return 0;
}

std::int64_t harmless_integer(const Range& range) {
  for (const double value : {1.0, std::ceil(range.low), std::floor(range.low) + 1, std::floor(range.high),
                             std::ceil(range.high) - 1})
    if (std::abs(value) < 9e18 && holds(range, value)) return static_cast<std::int64_t>(value);
  return 1;
}

template <class Write>
std::string words(const Range& range, Write write) {
  const bool low = std::isfinite(range.low);
  const bool high = std::isfinite(range.high);
  if (low && high && !range.low_open && !range.high_open)
    return fmt::format("from {} to {}", write(range.low), write(range.high));
  std::string text;
  if (low) text = fmt::format("{} {}", range.low_open ? "more than" : "at least", write(range.low));
  if (low && high) text += " and ";
  if (high) text += fmt::format("{} {}", range.high_open ? "less than" : "at most", write(range.high));
  return text;
}

NodePtr make_mapping(const Place& place) {
  auto node = std::make_shared<Node>();
  node->kind = Kind::mapping;
  node->place = place;
  return node;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size()) return value;
  const auto number = parse_number(text);  // 1e6, 300 k
  if (!number || *number != std::floor(*number) || std::abs(*number) > 9e18) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

}  // namespace

std::string Reader::Cursor::path_of(std::string_view key) const { return join(path, key); }

std::string Reader::Cursor::in_section() const { return path.empty() ? "" : " in " + printable(path); }

Entry* Reader::Cursor::find(std::string_view key) {
  node->asked.emplace_back(key);
  Entry* entry = node->find(key);
  if (!entry || (entry->is_default && !entry->is_implied)) return nullptr;
  entry->read = true;
  return entry;
}

void Reader::Cursor::reject(const Place& at, std::string_view key, std::string message) {
  if (dead) return;
  if (!key.empty() && (key == node->tag || is_selector(key))) node->forgives_unknown = true;
  document->reject(at, path_of(key), std::move(message));
}

namespace {

// The helpers below work on a cursor; `C` is Reader::Cursor, which only members may name.

template <class C>
void missing(C& cursor, std::string_view key, std::string_view what) {
  cursor.reject(cursor.place, key, fmt::format("'{}' is missing{} ({})", key, cursor.in_section(), what));
}

// Keeps the value that a key has because it was left out.
template <class C>
Entry& keep_default(C& cursor, std::string_view key, NodePtr value) {
  Entry* entry = cursor.node->find(key);
  if (!entry) {
    cursor.node->entries.push_back({std::string{key}, cursor.place, nullptr});
    entry = &cursor.node->entries.back();
  }
  entry->node = std::move(value);
  entry->read = entry->is_default = true;
  return *entry;
}

template <class C>
void keep_default(C& cursor, std::string_view key, std::string text) {
  if (!cursor.dead) keep_default(cursor, key, make_scalar(std::move(text), cursor.place));
}

// The words for a number in the resolved document; what is not finite has no other.
std::string write_default(double value) {
  return std::isnan(value) ? "none" : std::isinf(value) ? "unlimited" : write_number(value);
}

template <class C>
void check_origin(C& cursor, std::string_view key, Node& marked) {
  marked.opened = true;
  marked.asked = {"value", "source", "mark"};
  for (auto& entry : marked.entries) {
    if (entry.key == "value") entry.read = true;
    if (!is_origin_key(entry.key)) continue;
    entry.read = true;
    const auto path = join(key, entry.key);
    if (entry.node->kind != Kind::scalar) {
      cursor.reject(entry.node->place, path, fmt::format("'{}' must be a text", entry.key));
    } else if (entry.key == "mark") {
      constexpr std::string_view names[] = {"measured", "datasheet", "published", "assumed", "calibrated"};
      if (std::find(std::begin(names), std::end(names), *entry.node->text) != std::end(names)) continue;
      const auto near = nearest_name(*entry.node->text, names);
      cursor.reject(
          entry.node->place, path,
          near ? fmt::format("unknown mark '{}'; did you mean '{}'?", printable(*entry.node->text), *near)
               : fmt::format("unknown mark '{}'; use measured, datasheet, published, assumed or calibrated",
                             printable(*entry.node->text)));
    }
  }
}

// What stands under a key, `{value: …}` unwrapped.
template <class C>
NodePtr unwrapped(C& cursor, std::string_view key, const NodePtr& node) {
  if (node->kind != Kind::mapping || node->text) return node;
  const Entry* value = node->find("value");
  if (!value) return node;
  const NodePtr inner = value->node;
  check_origin(cursor, key, *node);
  return inner;
}

template <class C>
Scalar scalar_of(C& cursor, std::string_view key, const NodePtr& node, Ranges ranges = Ranges::refused) {
  if (is_range(*node)) {
    if (ranges == Ranges::taken) return {State::good, "", node->place, node};
    node->forgives_unknown = true;
    cursor.reject(node->place, key, fmt::format("'{}' takes no range; give one value", key));
    return {State::wrong, "", node->place};
  }
  const NodePtr value = unwrapped(cursor, key, node);
  if (value->kind == Kind::scalar) return {State::good, *value->text, value->place};
  if (value->kind == Kind::null)
    cursor.reject(value->place, key, fmt::format("'{}' has no value; give one or remove the key", key));
  else
    cursor.reject(value->place, key,
                  fmt::format("'{}' must be a single value, not a {}", key,
                              value->kind == Kind::sequence ? "list" : "mapping"));
  return {State::wrong, "", value->place};
}

template <class C>
Scalar scalar(C& cursor, std::string_view key, Ranges ranges = Ranges::refused) {
  if (cursor.dead) return {State::wrong, "", cursor.place};
  Entry* entry = cursor.find(key);
  return entry ? scalar_of(cursor, key, entry->node, ranges) : Scalar{};
}

// The number that a run uses of a range, which is kept for those who draw from it. `check` reads a part of
// it, in base units, and holds it against what is accepted there.
template <class C, class Check>
std::optional<double> ranged(C& cursor, std::string_view key, Node& range, const Range& accepted,
                             const Dimension& dimension, bool whole, Check check) {
  check_origin(cursor, key, range);
  range.asked.insert(range.asked.end(), {"from", "to", "std", "distribution"});
  bool good = true;
  const auto text = [&](std::string_view name) -> std::optional<Scalar> {
    Entry* entry = range.find(name);
    if (!entry || entry->is_default) return std::nullopt;
    entry->read = true;
    const Scalar written = scalar_of(cursor, join(key, name), entry->node);
    if (written.state == State::good) return written;
    good = false;
    return std::nullopt;
  };
  const auto number = [&](std::string_view name, const Range& within) -> std::optional<double> {
    const auto written = text(name);
    const auto read = written ? check(join(key, name), *written, within) : std::nullopt;
    good = good && (!written || read);
    return read;
  };
  RangeParts parts{number("value", accepted), number("from", accepted), number("to", accepted),
                   number("std", more_than(0)), std::nullopt};
  if (const auto written = text("distribution")) parts.distribution = written->text;
  if (!good) return std::nullopt;

  auto made = make_range(parts, key, whole);
  if (const auto* mistake = std::get_if<RangeMistake>(&made)) {
    const Entry* at = range.find(mistake->part);
    cursor.reject(at ? at->node->place : range.place, key, mistake->message);
    return std::nullopt;
  }
  const auto& drawn = std::get<UncertainNumber>(made);
  const auto& currency = cursor.document->currency;
  if (drawn.distribution == Distribution::normal)  // its ends are nobody's words, but draws lie there
    for (const auto& [end, label] : {std::pair{drawn.low, "- 3 std"}, std::pair{drawn.high, "+ 3 std"}})
      if (!check(fmt::format("{} {}", key, label),
                 {State::good, write_amount(end, dimension, currency), range.place}, accepted))
        return std::nullopt;
  if (!range.find("distribution")) {
    range.entries.push_back(
        {"distribution", range.place, make_scalar(std::string{name(drawn.distribution)}, range.place)});
    range.entries.back().read = range.entries.back().is_default = true;
  }
  range.whole = whole;
  return drawn.value;
}

template <class C>
std::optional<double> checked_number(C& cursor, std::string_view key, const Scalar& value,
                                     const Range& range) {
  if (value.range)
    return ranged(cursor, key, *value.range, range, {}, false,
                  [&](const std::string& part, const Scalar& written, const Range& accepted) {
                    return checked_number(cursor, part, written, accepted);
                  });
  const auto number = parse_number(value.text);
  if (!number) {
    cursor.reject(value.place, key, fmt::format("'{}' must be a finite number", key));
    return std::nullopt;
  }
  if (holds(range, *number)) return number;
  cursor.reject(
      value.place, key,
      fmt::format("'{}' must be {} (it is {})", key, words(range, write_number), printable(value.text)));
  return std::nullopt;
}

template <class C>
std::optional<std::int64_t> checked_integer(C& cursor, std::string_view key, const Scalar& value,
                                            const Range& range) {
  if (value.range) {
    const auto read = [&](const std::string& part, const Scalar& written,
                          const Range& accepted) -> std::optional<double> {
      if (part.ends_with(".std")) return checked_number(cursor, part, written, accepted);
      const auto whole = checked_integer(cursor, part, written, accepted);
      return whole ? std::optional{static_cast<double>(*whole)} : std::nullopt;
    };
    const auto number = ranged(cursor, key, *value.range, range, {}, true, read);
    return number ? std::optional{static_cast<std::int64_t>(*number)} : std::nullopt;
  }
  const auto number = parse_integer(value.text);
  if (!number) {
    cursor.reject(value.place, key, fmt::format("'{}' must be a whole number", key));
    return std::nullopt;
  }
  if (holds(range, static_cast<double>(*number))) return number;
  cursor.reject(
      value.place, key,
      fmt::format("'{}' must be {} (it is {})", key, words(range, write_number), printable(value.text)));
  return std::nullopt;
}

template <class C>
std::optional<std::string> checked_name(C& cursor, std::string_view key, const Scalar& value,
                                        std::span<const std::string_view> names) {
  if (std::find(names.begin(), names.end(), value.text) != names.end()) return value.text;
  std::string message = fmt::format("unknown {} '{}'", key, printable(value.text));
  if (const auto near = nearest_name(value.text, names)) {
    message += fmt::format("; did you mean '{}'?", *near);
  } else {
    message += "; it is one of";
    for (std::size_t i = 0; i < names.size(); ++i)
      message += fmt::format("{} '{}'", i == 0 ? "" : ",", names[i]);
  }
  cursor.reject(value.place, key, std::move(message));
  return std::nullopt;
}

template <class C>
void check_currency(C& cursor, std::string_view key, const Place& place, const std::string& currency) {
  auto& document = *cursor.document;
  if (currency.empty()) return;
  if (document.currency.empty()) {
    document.currency = currency;
    document.currency_path = cursor.path_of(key);
  } else if (document.currency != currency) {
    cursor.reject(place, key,
                  fmt::format("'{}' is in {}, but '{}' is in {}; a scenario has one currency", key, currency,
                              document.currency_path, document.currency));
  }
}

template <class C>
std::optional<double> checked_amount(C& cursor, std::string_view key, const Scalar& value, const Range& range,
                                     const Dimension& dimension) {
  if (value.range)
    return ranged(cursor, key, *value.range, range, dimension, false,
                  [&](const std::string& part, const Scalar& written, const Range& accepted) {
                    return checked_amount(cursor, part, written, accepted, dimension);
                  });
  const auto parsed = parse_amount(value.text, dimension);
  if (const auto* why = std::get_if<std::string>(&parsed)) {
    cursor.reject(value.place, key, fmt::format("'{}': {}", key, *why));
    return std::nullopt;
  }
  const auto& amount = std::get<Amount>(parsed);
  check_currency(cursor, key, value.place, amount.currency);
  if (holds(range, amount.base)) return amount.base;
  const auto write = [&](double base) { return write_amount(base, dimension, "USD"); };
  cursor.reject(value.place, key,
                fmt::format("'{}' must be {} (it is {})", key, words(range, write), printable(value.text)));
  return std::nullopt;
}

// The list under a key; nothing if it is missing or wrong, which was reported.
template <class C>
NodePtr list_of(C& cursor, std::string_view key, std::string_view example) {
  if (cursor.dead) return nullptr;
  Entry* entry = cursor.find(key);
  if (!entry) {
    missing(cursor, key, fmt::format("a list, such as {}", example));
    return nullptr;
  }
  const NodePtr node = unwrapped(cursor, key, entry->node);
  if (node->kind == Kind::sequence) return node;
  cursor.reject(node->place, key, fmt::format("'{}' must be a list, such as {}", key, example));
  return nullptr;
}

// A cursor on a mapping below another one.
template <class C>
std::shared_ptr<C> below(const C& parent, std::string_view key, const NodePtr& node, const Place& place) {
  node->opened = true;
  return std::make_shared<C>(C{parent.document, node, place, parent.path_of(key),
                               node->files.empty() ? parent.files : node->files, parent.dead});
}

template <class C>
std::shared_ptr<C> dead_end(const C& parent, std::string_view key) {
  auto cursor = below(parent, key, make_mapping(parent.place), parent.place);
  cursor->dead = true;
  return cursor;
}

// An entry as a mapping; nothing if it is none, which was reported.
template <class C>
std::shared_ptr<C> mapping_at(C& cursor, std::string_view key, const NodePtr& node, const Place& place) {
  if (node->kind == Kind::null) node->kind = Kind::mapping;  // all its keys are commented out
  if (node->kind == Kind::mapping && !node->text) return below(cursor, key, node, place);
  cursor.reject(node->place, key,
                fmt::format("'{}' must be a mapping (lines of 'key: value'), not {}", key,
                            node->kind == Kind::sequence ? "a list" : "a single value"));
  return dead_end(cursor, key);
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
  if (value.state == State::missing) keep_default(*cursor_, key, write_default(fallback));
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
  if (value.state == State::missing) keep_default(*cursor_, key, std::to_string(fallback));
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
  if (value.state == State::missing) {
    std::string list = "one of";
    for (std::size_t i = 0; i < names.size(); ++i)
      list += fmt::format("{} '{}'", i == 0 ? "" : ",", names[i]);
    missing(*cursor_, key, list);
  }
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
    } else if (!cursor_->dead) {
      auto node = make_scalar("", cursor_->place);
      node->quantity = Node::Number{*fallback, dimension};
      keep_default(*cursor_, key, std::move(node));
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
