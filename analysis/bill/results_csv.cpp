#include "analysis/bill/results_csv.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/results_error.hpp"

namespace campaign_sim {
namespace {

constexpr std::size_t block_bytes = 1 << 18;

[[noreturn]] void fail_reading(const std::filesystem::path& file) {
  throw ResultsError{fmt::format("{} cannot be read", file.string())};
}

// Of the first cell of a row that has quotes.
std::size_t cell_end(std::string_view row) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < row.size() && (quoted || row[end] != ','); ++end)
    if (row[end] == '"') quoted = !quoted;
  return end;
}

}  // namespace

ResultsCsv::ResultsCsv(std::filesystem::path file)
    : path_{std::move(file)}, file_{std::fopen(path_.c_str(), "rb")} {
  if (!file_) fail_reading(path_);
}

void ResultsCsv::read_header() {
  if (!read_row()) fail("it is empty");
  header_.assign(cells_.begin(), cells_.end());
}

std::size_t ResultsCsv::column(std::string_view name) const {
  const auto found = std::ranges::find(header_, name);
  if (found == header_.end()) fail(fmt::format("no column '{}'", name));
  return static_cast<std::size_t>(found - header_.begin());
}

bool ResultsCsv::next() {
  if (!read_row()) return false;
  if (cells_.size() != header_.size())
    fail(fmt::format("{} cells, but the header has {}", cells_.size(), header_.size()));
  return true;
}

std::string ResultsCsv::checksum() {
  do position_ = buffer_.size();
  while (refill());
  return checksum_.text();
}

void ResultsCsv::fail(const std::string& what) const {
  throw ResultsError{fmt::format("{}:{}: {}", path_.string(), line_, what)};
}

void ResultsCsv::fail_number(std::string_view cell) const { fail(fmt::format("'{}' is not a number", cell)); }

bool ResultsCsv::read_row() {
  line_ += 1 + line_breaks_;
  line_breaks_ = 0;
  if (position_ == buffer_.size() && !refill()) return false;
  const std::size_t end = row_end();
  split(std::string_view{buffer_}.substr(position_, end - position_));
  position_ = end + 1;
  return true;
}

// A row ends with its line, unless that is inside quotes.
std::size_t ResultsCsv::row_end() {
  std::size_t line = 0;  // where it begins and how far it was looked through, after position_
  std::size_t searched = 0;
  bool quoted = false;
  for (;;) {
    const std::size_t end = buffer_.find('\n', position_ + searched);
    if (end == std::string::npos) {
      searched = buffer_.size() - position_;
      if (!refill()) fail("the last line has no end; the file was cut short");
      continue;
    }
    const auto text = std::string_view{buffer_}.substr(position_ + line, end - position_ - line);
    if (text.find('"') != std::string_view::npos && std::ranges::count(text, '"') % 2 == 1) quoted = !quoted;
    if (!quoted) return end;
    ++line_breaks_;
    line = searched = end + 1 - position_;
  }
}

void ResultsCsv::split(std::string_view row) {
  cells_.clear();
  unquoted_.clear();
  const bool quotes = row.find('"') != std::string_view::npos;
  if (quotes) unquoted_.reserve(row.size());  // so that views into it stay
  for (;;) {
    const std::size_t end = std::min(quotes ? cell_end(row) : row.find(','), row.size());
    cells_.push_back(unquoted(row.substr(0, end)));
    if (end == row.size()) return;
    row.remove_prefix(end + 1);
  }
}

std::string_view ResultsCsv::unquoted(std::string_view cell) {
  if (!cell.starts_with('"') || cell.size() < 2) return cell;
  std::string& text = unquoted_.emplace_back();
  for (std::size_t i = 1; i + 1 < cell.size(); ++i) {
    text += cell[i];
    if (cell[i] == '"') ++i;  // a quote is written twice
  }
  return text;
}

// Lets go of what is used up and reads a block more; false at the end of the file.
bool ResultsCsv::refill() {
  buffer_.erase(0, position_);
  position_ = 0;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + block_bytes);
  const std::size_t read = std::fread(buffer_.data() + before, 1, block_bytes, file_.get());
  buffer_.resize(before + read);
  if (std::ferror(file_.get()) != 0) fail_reading(path_);
  checksum_.add(std::string_view{buffer_}.substr(before));
  return read > 0;
}

}  // namespace campaign_sim
