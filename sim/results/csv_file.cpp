#include "sim/results/csv_file.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>

#include "sim/core/quoted.hpp"
#include "sim/results/output_error.hpp"

namespace campaign_sim {

namespace {

constexpr std::size_t buffer_bytes = 1 << 18;

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
  throw OutputError{std::string{what} + " " + path.string() + ": " + std::strerror(errno)};
}

}  // namespace

CsvFile::CsvFile(std::filesystem::path file, std::string_view header)
    : path_{std::move(file)}, file_{std::fopen(path_.c_str(), "wb")} {
  if (!file_) fail(path_, "cannot write");
  buffer_.reserve(buffer_bytes + 4096);
  buffer_ = header;
  buffer_ += '\n';
}

CsvFile::~CsvFile() = default;

CsvFile& CsvFile::cell(double number) {
  separate();
  if (std::isnan(number)) return *this;
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  buffer_.append(digits.data(), end);
  return *this;
}

CsvFile& CsvFile::cell(std::uint64_t number) {
  separate();
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  buffer_.append(digits.data(), end);
  return *this;
}

CsvFile& CsvFile::cell(std::string_view text) {
  separate();
  append_csv_cell(buffer_, text);
  return *this;
}

CsvFile& CsvFile::empty_cell() {
  separate();
  return *this;
}

void CsvFile::end_row() {
  buffer_ += '\n';
  at_row_start_ = true;
  if (buffer_.size() >= buffer_bytes) flush();
}

void CsvFile::flush() {
  if (std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size())
    fail(path_, "cannot write");
  checksum_.add(buffer_);
  buffer_.clear();
}

std::string CsvFile::close() {
  flush();
  if (std::fflush(file_.get()) != 0) fail(path_, "cannot write");
  if (std::fclose(file_.release()) != 0) fail(path_, "cannot write");
  return checksum_.text();
}

}  // namespace campaign_sim
