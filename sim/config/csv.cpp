#include "sim/config/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "sim/config/reader.hpp"
#include "sim/core/text.hpp"

namespace campaign_sim {

namespace {

constexpr std::uintmax_t largest_file = 512U << 20;  // bytes; a table is held in memory

// Reads cell after cell and counts lines.
class CsvScanner {
 public:
  CsvScanner(std::string_view text, const std::string& name) : text_{text}, name_{name} {}

  bool at_end() const { return position_ >= text_.size(); }
  std::size_t line() const { return line_; }

  // The cells of one record, which may span lines inside quotes.
  std::vector<std::string> record() {
    std::vector<std::string> cells;
    do cells.push_back(cell());
    while (take(','));
    if (!at_end() && !take_line_break())
      fail("text follows a closing quote; write a quote inside quotes twice");
    return cells;
  }

 private:
  std::string cell() { return take('"') ? quoted() : plain(); }

  std::string plain() {
    const std::size_t end = std::min(text_.find_first_of(",\r\n\"", position_), text_.size());
    if (end < text_.size() && text_[end] == '"') fail("a quote inside a cell; put the whole cell in quotes");
    std::string value{text_.substr(position_, end - position_)};
    position_ = end;
    return value;
  }

  std::string quoted() {
    const std::size_t opened = line_;
    std::string value;
    while (!at_end()) {
      const char c = text_[position_++];
      if (c == '"' && !take('"')) return value;
      if (c == '\n') ++line_;
      value += c;
    }
    line_ = opened;
    fail("a quote is opened here and never closed");
  }

  bool take(char c) {
    if (at_end() || text_[position_] != c) return false;
    ++position_;
    return true;
  }

  bool take_line_break() {
    const bool carriage_return = take('\r');
    if (!take('\n') && !carriage_return) return false;
    ++line_;
    return true;
  }

  [[noreturn]] void fail(std::string_view message) const {
    throw CsvError{fmt::format("{}:{}: {}", name_, line_, message)};
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

std::optional<double> number_in(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

CsvTable CsvTable::load(const std::filesystem::path& file) {
  std::error_code error;
  const std::string name = file.string();
  if (!std::filesystem::exists(file, error)) throw CsvError{name + ": there is no such file"};
  if (!std::filesystem::is_regular_file(file, error))
    throw CsvError{name + ": not a file that can be read as a table"};
  if (std::filesystem::file_size(file, error) > largest_file)
    throw CsvError{
        fmt::format("{}: larger than {} MiB, the most that is read as a table", name, largest_file >> 20)};
  std::ifstream stream{file, std::ios::binary};
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) throw CsvError{name + ": cannot be read (is it empty, or not readable for you?)"};
  return parse(text.str(), name);
}

CsvTable CsvTable::parse(std::string_view text, std::string name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.find('\0') != std::string_view::npos) throw CsvError{name + ": a binary file, not a table"};
  CsvTable table;
  table.name_ = std::move(name);
  CsvScanner scanner{text, table.name_};
  if (!scanner.at_end())
    for (const std::string& column : scanner.record()) table.columns_.emplace_back(trimmed(column));
  if (table.columns_.empty() || (table.columns_.size() == 1 && table.columns_[0].empty()))
    throw CsvError{table.name_ + ":1: no header; the first line must name the columns"};
  for (auto column = table.columns_.begin(); column != table.columns_.end(); ++column)
    if (std::find(table.columns_.begin(), column, *column) != column)
      throw CsvError{fmt::format("{}:1: two columns are called '{}'", table.name_, *column)};
  while (!scanner.at_end()) {
    const std::size_t line = scanner.line();
    std::vector<std::string> cells = scanner.record();
    if (cells.size() == 1 && trimmed(cells[0]).empty()) continue;  // a blank line
    if (cells.size() != table.columns_.size())
      throw CsvError{fmt::format("{}:{}: {} cells, but the header has {}", table.name_, line, cells.size(),
                                 table.columns_.size())};
    table.lines_.push_back(line);
    std::ranges::move(cells, std::back_inserter(table.cells_));
  }
  return table;
}

std::optional<std::size_t> CsvTable::find(std::string_view column) const {
  const auto found = std::ranges::find(columns_, column);
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

std::size_t CsvTable::column(std::string_view name) const {
  if (const auto found = find(name)) return *found;
  const std::vector<std::string_view> names(columns_.begin(), columns_.end());
  const auto nearest = nearest_name(name, names);
  throw CsvError{fmt::format("{}:1: no column '{}'; {}", name_, name,
                             nearest ? fmt::format("did you mean '{}'?", *nearest)
                                     : fmt::format("there are: {}", fmt::join(columns_, ", ")))};
}

double CsvTable::number(std::size_t row, std::size_t column) const {
  const std::string& text = cell(row, column);
  if (trimmed(text).empty())
    throw CsvError{
        fmt::format("{}: '{}' is missing (a number is needed here)", place(row), columns_[column])};
  if (const auto value = number_in(text)) return *value;
  throw CsvError{fmt::format("{}: '{}' is not a number: '{}'", place(row), columns_[column], text)};
}

std::string CsvTable::place(std::size_t row) const { return fmt::format("{}:{}", name_, lines_[row]); }

}  // namespace campaign_sim
