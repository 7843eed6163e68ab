// Comma-separated files as RFC 4180 describes them: a header line, quotes around cells that hold commas,
// quotes or line breaks. Also accepted: a byte order mark, LF and CRLF. Every cell knows its line, so
// that a mistake in the data is reported where it stands.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace campaign_sim {

// What is wrong with a file, with its name and line: "runs.csv:17: 5 cells, but the header has 6".
class CsvError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class CsvTable {
 public:
  // Throws CsvError: missing, a directory, binary, too large, or not a table.
  static CsvTable load(const std::filesystem::path& file);
  // The same from text; `name` stands for the file in messages.
  static CsvTable parse(std::string_view text, std::string name);

  const std::vector<std::string>& columns() const { return columns_; }
  std::size_t rows() const { return lines_.size(); }
  std::optional<std::size_t> find(std::string_view column) const;
  // The same, for a column that must be there: throws CsvError with the nearest name.
  std::size_t column(std::string_view name) const;

  const std::string& cell(std::size_t row, std::size_t column) const { return cells_[row * columns_.size() + column]; }
  // The cell as a number, `nan` and `inf` included. Throws CsvError if it is empty or something else.
  double number(std::size_t row, std::size_t column) const;
  // "file:line", where the row begins.
  std::string place(std::size_t row) const;

 private:
  std::string name_;
  std::vector<std::string> columns_;
  std::vector<std::string> cells_;  // row by row
  std::vector<std::size_t> lines_;
};

// The whole text as a number; nothing if it is not one.
std::optional<double> number_in(std::string_view text);

}  // namespace campaign_sim
