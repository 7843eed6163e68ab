#include "sim/config/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "sim/config/marked.hpp"
#include "sim/config/uncertain.hpp"
#include "sim/config/units.hpp"

namespace campaign_sim::config {

namespace {

bool holds(const Range& range, double value) {
  return (range.low_open ? value > range.low : value >= range.low) &&
         (range.high_open ? value < range.high : value <= range.high);
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

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size()) return value;
  const auto number = parse_number(text);  // 1e6, 300 k
  if (!number || *number != std::floor(*number) || std::abs(*number) > 9e18) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

void check_origin(Cursor& cursor, std::string_view key, Node& marked) {
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

void note_number(const Scalar& value) {
  if (value.node) value.node->is_number = true;
}

}  // namespace

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

NodePtr unwrapped(Cursor& cursor, std::string_view key, const NodePtr& node) {
  if (node->kind != Kind::mapping || node->text) return node;
  const Entry* value = node->find("value");
  if (!value) return node;
  const NodePtr inner = value->node;
  check_origin(cursor, key, *node);
  return inner;
}

Scalar scalar_of(Cursor& cursor, std::string_view key, const NodePtr& node, Ranges ranges) {
  if (is_range(*node)) {
    if (ranges == Ranges::taken) return {State::good, "", node->place, node};
    node->forgives_unknown = true;
    cursor.reject(node->place, key, fmt::format("'{}' takes no range; give one value", key));
    return {State::wrong, "", node->place};
  }
  const NodePtr value = unwrapped(cursor, key, node);
  if (value->kind == Kind::scalar) return {State::good, *value->text, value->place, nullptr, value};
  if (value->kind == Kind::null)
    cursor.reject(value->place, key, fmt::format("'{}' has no value; give one or remove the key", key));
  else
    cursor.reject(value->place, key,
                  fmt::format("'{}' must be a single value, not a {}", key,
                              value->kind == Kind::sequence ? "list" : "mapping"));
  return {State::wrong, "", value->place};
}

Scalar scalar(Cursor& cursor, std::string_view key, Ranges ranges) {
  if (cursor.dead) return {State::wrong, "", cursor.place};
  Entry* entry = cursor.find(key);
  return entry ? scalar_of(cursor, key, entry->node, ranges) : Scalar{};
}

namespace {

// The number that a run uses of a range, which is kept for those who draw from it. `check` reads a part of
// it, in base units, and holds it against what is accepted there.
template <class Check>
std::optional<double> ranged(Cursor& cursor, std::string_view key, Node& range, const Range& accepted,
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

}  // namespace

std::optional<double> checked_number(Cursor& cursor, std::string_view key, const Scalar& value,
                                     const Range& range) {
  if (value.range)
    return ranged(cursor, key, *value.range, range, {}, false,
                  [&](const std::string& part, const Scalar& written, const Range& accepted) {
                    return checked_number(cursor, part, written, accepted);
                  });
  note_number(value);
  const auto number = parse_number(value.text);
  if (!number) {
    cursor.reject(value.place, key,
                  fmt::format("'{}' must be a finite number{}", key, why_not_only_number(value.text)));
    return std::nullopt;
  }
  if (holds(range, *number)) return number;
  cursor.reject(
      value.place, key,
      fmt::format("'{}' must be {} (it is {})", key, words(range, write_number), printable(value.text)));
  return std::nullopt;
}

std::optional<std::int64_t> checked_integer(Cursor& cursor, std::string_view key, const Scalar& value,
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
  note_number(value);
  const auto number = parse_integer(value.text);
  if (!number) {
    const auto large = parse_number(value.text);
    const bool is_whole = large && *large == std::floor(*large);
    using Limits = std::numeric_limits<std::int64_t>;
    cursor.reject(value.place, key,
                  !is_whole
                      ? fmt::format("'{}' must be a whole number{}", key, why_not_only_number(value.text))
                      : fmt::format("'{}' must be at {} (it is {})", key,
                                    *large > 0 ? fmt::format("most {}", Limits::max())
                                               : fmt::format("least {}", Limits::min()),
                                    printable(value.text)));
    return std::nullopt;
  }
  if (holds(range, static_cast<double>(*number))) return number;
  cursor.reject(
      value.place, key,
      fmt::format("'{}' must be {} (it is {})", key, words(range, write_number), printable(value.text)));
  return std::nullopt;
}

std::optional<std::string> checked_name(Cursor& cursor, std::string_view key, const Scalar& value,
                                        std::span<const std::string_view> names) {
  if (std::find(names.begin(), names.end(), value.text) != names.end()) return value.text;
  std::string message = fmt::format("unknown {} '{}'", key, printable(value.text));
  if (const auto near = nearest_name(value.text, names)) {
    message += fmt::format("; did you mean '{}'?", *near);
  } else {
    message += fmt::format("; it is one of '{}'", fmt::join(names, "', '"));
  }
  cursor.reject(value.place, key, std::move(message));
  return std::nullopt;
}

void check_currency(Cursor& cursor, std::string_view key, const Place& place, const std::string& currency) {
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

std::optional<double> checked_amount(Cursor& cursor, std::string_view key, const Scalar& value,
                                     const Range& range, const Dimension& dimension) {
  if (value.range)
    return ranged(cursor, key, *value.range, range, dimension, false,
                  [&](const std::string& part, const Scalar& written, const Range& accepted) {
                    return checked_amount(cursor, part, written, accepted, dimension);
                  });
  note_number(value);
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

NodePtr list_of(Cursor& cursor, std::string_view key, std::string_view example) {
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

}  // namespace campaign_sim::config
