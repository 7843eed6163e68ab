#include "analysis/report/csv_rows.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "analysis/results_error.hpp"

namespace campaign_sim {

CsvRows::CsvRows(const std::filesystem::path& file) : name_{file.string()}, file_buffer_(1 << 18) {
  file_.rdbuf()->pubsetbuf(file_buffer_.data(), static_cast<std::streamsize>(file_buffer_.size()));
  file_.open(file, std::ios::binary);
  if (!file_) throw ResultsError{"cannot read " + name_};
  if (!read_record()) throw ResultsError{name_ + " is empty"};
  split();
  columns_.assign(cells_.begin(), cells_.end());
}

void CsvRows::fail(const std::string& what) const {
  throw ResultsError{name_ + ":" + std::to_string(line_) + ": " + what};
}

std::size_t CsvRows::column(std::string_view name) const {
  const auto found = std::ranges::find(columns_, name);
  if (found == columns_.end()) throw ResultsError{name_ + " has no column '" + std::string{name} + "'"};
  return static_cast<std::size_t>(found - columns_.begin());
}

bool CsvRows::next() {
  if (!read_record()) return false;
  split();
  if (cells_.size() != columns_.size())
    fail(std::to_string(cells_.size()) + " cells, but the header has " + std::to_string(columns_.size()));
  return true;
}

bool CsvRows::read_record() {
  ++line_;
  if (!std::getline(file_, record_)) return false;
  // A line break within quotes belongs to the cell.
  std::string more;
  while (std::ranges::count(record_, '"') % 2 != 0) {
    ++line_;
    if (!std::getline(file_, more)) fail("a quote is not closed");
    record_ += '\n' + more;
  }
  if (record_.ends_with('\r')) record_.pop_back();
  return true;
}

void CsvRows::split() {
  cells_.clear();
  unquoted_.clear();
  unquoted_.reserve(record_.size());  // so that views into it stay where they are
  const std::string_view text = record_;
  for (std::size_t place = 0;;) {
    if (place < text.size() && text[place] == '"') {
      const std::size_t from = unquoted_.size();
      for (++place; place < text.size(); ++place) {
        if (text[place] == '"' && (++place >= text.size() || text[place] != '"')) break;
        unquoted_ += text[place];
      }
      cells_.push_back(std::string_view{unquoted_}.substr(from));
    } else {
      const std::size_t end = std::min(text.find(',', place), text.size());
      cells_.push_back(text.substr(place, end - place));
      place = end;
    }
    if (place >= text.size()) return;
    if (text[place] != ',') fail("text after a closing quote");
    ++place;
  }
}

double CsvRows::number(std::size_t column) const {
  const std::string_view text = cells_[column];
  if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    fail("'" + std::string{text} + "' in column '" + columns_[column] + "' is not a number");
  return value;
}

std::uint64_t CsvRows::whole(std::size_t column) const {
  const std::string_view text = cells_[column];
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    fail("'" + std::string{text} + "' in column '" + columns_[column] + "' is not a whole number");
  return value;
}

}  // namespace campaign_sim
