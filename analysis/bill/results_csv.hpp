// A CSV file of a run, row by row: a ledger of many million rows is never held as a whole. Each byte is read
// once, for its row and for the file's checksum.
#pragma once

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/checksum.hpp"

namespace campaign_sim {

class ResultsCsv {
 public:
  // Throws ResultsError, as all of it does.
  explicit ResultsCsv(std::filesystem::path file);

  // Comes first.
  void read_header();
  std::size_t column(std::string_view name) const;
  // Goes to the next row; false at the end of the file.
  bool next();

  // Of the row: what its cell says, without quotes; valid until the next row.
  std::string_view text(std::size_t column) const { return cells_[column]; }
  template <class Number>
  Number number(std::size_t column) const {
    const std::string_view cell = cells_[column];
    Number value{};
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc{} || end != cell.data() + cell.size()) fail_number(cell);
    return value;
  }
  // Says where: "segments.csv:17: …".
  [[noreturn]] void fail(const std::string& what) const;

  // Of the whole file; reads on to its end.
  std::string checksum();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  bool read_row();
  std::size_t row_end();
  void split(std::string_view row);
  std::string_view unquoted(std::string_view cell);
  bool refill();
  [[noreturn]] void fail_number(std::string_view cell) const;

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Closer> file_;
  Checksum checksum_;
  std::string buffer_;        // what was read and is not yet used up
  std::size_t position_ = 0;  // in it
  std::size_t line_ = 0;
  std::size_t line_breaks_ = 0;  // in the row
  std::vector<std::string> header_;
  std::vector<std::string_view> cells_;
  std::vector<std::string> unquoted_;  // cells that are not as they stand in the file
};

}  // namespace campaign_sim
