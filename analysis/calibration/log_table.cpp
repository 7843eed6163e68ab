#include "analysis/calibration/log_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/calendar.hpp"
#include "sim/core/text.hpp"

namespace campaign_sim::calibration {

namespace {

// "power.draw [W]" → "power.draw" and "w".
std::pair<std::string, std::string> split_header(const std::string& column) {
  const auto open = column.find('[');
  if (open == std::string::npos || !column.ends_with(']')) return {lower(trimmed(column)), ""};
  return {lower(trimmed(column.substr(0, open))),
          lower(trimmed(column.substr(open + 1, column.size() - open - 2)))};
}

// "34.12 W" → 34.12 and "w".
std::optional<std::pair<double, std::string>> split_number(const std::string& text) {
  const auto space = text.find_last_of("0123456789.");
  if (space == std::string::npos) return std::nullopt;
  const auto number = number_in(text.substr(0, space + 1));
  if (!number || !std::isfinite(*number)) return std::nullopt;
  return std::pair{*number, lower(trimmed(text.substr(space + 1)))};
}

// nvidia-smi writes 2023/01/15 12:34:56.789.
std::optional<double> date_in(std::string text) {
  std::ranges::replace(text, '/', '-');
  double fraction = 0;
  if (const auto dot = text.find('.'); dot != std::string::npos) {
    const auto end = std::min(text.find_first_not_of("0123456789", dot + 1), text.size());
    fraction = number_in(text.substr(dot, end - dot)).value_or(0);
    text.erase(dot, end - dot);
  }
  const auto instant = parse_instant(text);
  return instant ? std::optional{*instant + fraction} : std::nullopt;
}

template <class Act>
auto as_log_error(Act act) {
  try {
    return act();
  } catch (const CsvError& error) {
    throw LogError{error.what()};
  }
}

}  // namespace

LogTable::LogTable(CsvTable table, std::string file) : table_{std::move(table)}, file_{std::move(file)} {
  for (const std::string& column : table_.columns()) {
    auto [name, unit] = split_header(column);
    names_.push_back(std::move(name));
    units_.push_back(std::move(unit));
  }
  if (names_.size() == 1 && names_[0].find_first_of(";\t") != std::string::npos)
    throw LogError{
        fmt::format("{}:1: the header has no comma ('{}'); save the table with commas between its cells",
                    file_, table_.columns()[0])};
  if (table_.rows() == 0) throw LogError{file_ + ": the log has a header and no readings"};
}

LogTable LogTable::load(const std::filesystem::path& file) {
  return as_log_error([&] { return LogTable{CsvTable::load(file), file.string()}; });
}

LogTable LogTable::parse(std::string_view text, std::string name) {
  return as_log_error([&] { return LogTable{CsvTable::parse(text, name), name}; });
}

std::optional<std::size_t> LogTable::find(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names)
    if (const auto found = std::ranges::find(names_, name); found != names_.end())
      return static_cast<std::size_t>(found - names_.begin());
  return std::nullopt;
}

std::size_t LogTable::column(std::initializer_list<std::string_view> names, std::string_view meaning) const {
  if (const auto found = find(names)) return *found;
  throw LogError{fmt::format("{}:1: no column for {} (looked for {}); there are: {}", file_, meaning,
                             fmt::join(names, ", "), fmt::join(table_.columns(), ", "))};
}

std::size_t LogTable::named(const std::string& name) const {
  return as_log_error([&] {
    if (const auto exact = table_.find(name)) return *exact;
    const auto found = std::ranges::find(names_, lower(name));
    return found == names_.end() ? table_.column(name) : static_cast<std::size_t>(found - names_.begin());
  });
}

std::string LogTable::text(std::size_t row, std::size_t column) const {
  return std::string{trimmed(table_.cell(row, column))};
}

bool LogTable::is_gap(std::size_t row, std::size_t column) const {
  const std::string cell = lower(text(row, column));
  return cell.empty() || cell.find("n/a") != std::string::npos || cell == "[not supported]" ||
         cell == "[unknown error]" || cell == "err!" || cell == "nan";
}

std::pair<double, std::string> LogTable::measured(std::size_t row, std::size_t column) const {
  if (auto split = split_number(text(row, column))) {
    if (split->second.empty()) split->second = units_[column];
    return *split;
  }
  const std::string& name = table_.columns()[column];
  if (is_gap(row, column))
    fail(row, fmt::format("'{}' is '{}' (the meter had no reading); remove such lines, or log what this "
                          "machine can read",
                          name, text(row, column)));
  fail(row, fmt::format("'{}' is not a number: '{}'", name, text(row, column)));
}

double LogTable::number(std::size_t row, std::size_t column,
                        std::initializer_list<std::string_view> units) const {
  const auto [value, unit] = measured(row, column);
  if (!unit.empty() && std::ranges::find(units, unit) == units.end())
    fail(row, fmt::format("'{}' is in '{}'; {}", table_.columns()[column], unit,
                          units.size() > 0 ? fmt::format("it is read in {}", fmt::join(units, ", "))
                                           : "it is read as a plain number"));
  return value;
}

double LogTable::watts(std::size_t row, std::size_t column) const {
  auto [value, unit] = measured(row, column);
  if (unit.empty() && names_[column].ends_with("_mw")) unit = "mw";
  if (unit.empty() || unit == "w" || unit == "watts") return value;
  if (unit == "mw") return value / 1000;
  if (unit == "kw") return value * 1000;
  fail(row, fmt::format("'{}' is in '{}'; a power is in W, mW or kW", table_.columns()[column], unit));
}

double LogTable::instant(std::size_t row, std::size_t column) const {
  const std::string cell = text(row, column);
  if (const auto plain = number_in(cell); plain && std::isfinite(*plain)) return *plain;
  if (const auto date = date_in(cell)) return *date;
  fail(row, fmt::format("'{}' is no time: '{}'; use seconds, or a date such as 2024-05-31 10:39:13",
                        table_.columns()[column], cell));
}

bool LogTable::is_percent(std::size_t column) const {
  return units_[column] == "%" || names_[column].ends_with("_percent") || names_[column].ends_with("_pct");
}

void LogTable::fail(std::size_t row, const std::string& message) const {
  throw LogError{fmt::format("{}: {}", place(row), message)};
}

}  // namespace campaign_sim::calibration
