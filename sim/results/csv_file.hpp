// Writes one CSV file: fast, in full precision, and never silently short.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "sim/core/checksum.hpp"
#include "sim/core/units.hpp"

namespace campaign_sim {

// Cells are separated and rows ended by the class: `row().cell(1).cell("x")`. Numbers have the fewest
// digits that read back the same; what is not a number stands as nothing, an infinity as `inf`.
class CsvFile {
 public:
  // Throws OutputError if the file cannot be made; `header` is the first row, without its end.
  CsvFile(std::filesystem::path file, std::string_view header);
  ~CsvFile();
  CsvFile(const CsvFile&) = delete;
  CsvFile& operator=(const CsvFile&) = delete;

  CsvFile& cell(double number);
  CsvFile& cell(std::uint64_t number);
  CsvFile& cell(std::string_view text);  // quoted where RFC 4180 asks for it
  CsvFile& empty_cell();
  void end_row();

  // Writes what is left and closes; the file's checksum. Throws OutputError if anything could not be written.
  std::string close();

 private:
  void separate() {
    if (!at_row_start_) buffer_ += ',';
    at_row_start_ = false;
  }
  void flush();

  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Closer> file_;
  std::string buffer_;
  Checksum checksum_;
  bool at_row_start_ = true;
};

}  // namespace campaign_sim
