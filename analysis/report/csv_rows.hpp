// Reads an exported CSV row by row: a ledger of millions of rows does not have to fit into memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace campaign_sim {

class CsvRows {
 public:
  // Reads the header. Throws ResultsError if there is no such file or nothing in it.
  explicit CsvRows(const std::filesystem::path& file);

  const std::vector<std::string>& columns() const { return columns_; }
  // Where the column is. Throws ResultsError if the file has none of that name.
  std::size_t column(std::string_view name) const;

  // Goes to the next row; false after the last. Throws ResultsError if a row has too few or too many cells.
  bool next();
  // Valid until the next call of `next`.
  std::string_view cell(std::size_t column) const { return cells_[column]; }
  // Not a number where the cell is empty. Throws ResultsError if it holds something else.
  double number(std::size_t column) const;
  std::uint64_t whole(std::size_t column) const;

 private:
  bool read_record();
  void split();
  [[noreturn]] void fail(const std::string& what) const;

  std::string name_;
  std::ifstream file_;
  std::vector<char> file_buffer_;
  std::string record_;
  std::string unquoted_;  // the text of quoted cells
  std::vector<std::string_view> cells_;
  std::vector<std::string> columns_;
  std::size_t line_ = 0;
};

}  // namespace campaign_sim
