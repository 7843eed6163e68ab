// A log as a table: columns found by what they mean, cells read with the units and gaps that logs have.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/csv.hpp"

namespace campaign_sim::calibration {

// What is wrong with a log, with its place, ready to print.
class LogError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class LogTable {
 public:
  // Throws LogError: missing, empty, binary, or not a table.
  static LogTable load(const std::filesystem::path& file);
  static LogTable parse(std::string_view text, std::string name);

  const std::string& file() const { return file_; }
  std::size_t rows() const { return table_.rows(); }
  std::string place(std::size_t row) const { return table_.place(row); }
  const std::vector<std::string>& columns() const { return names_; }  // in lower case, without their units

  // The first of these names that there is.
  std::optional<std::size_t> find(std::initializer_list<std::string_view> names) const;
  // The same of a column that must be there; `meaning` is for the message, which lists those that are.
  std::size_t column(std::initializer_list<std::string_view> names, std::string_view meaning) const;
  // A column that the user names, as it stands in the header.
  std::size_t named(const std::string& name) const;

  std::string text(std::size_t row, std::size_t column) const;  // without spaces around it
  // A number, which may have one of these units (in lower case) behind it or in its header. Throws LogError
  // for another unit and for what is no number, `[N/A]` above all.
  double number(std::size_t row, std::size_t column,
                std::initializer_list<std::string_view> units = {}) const;
  // Whether the meter had nothing to say: empty, `[N/A]`, `[Not Supported]`, `ERR!`.
  bool is_gap(std::size_t row, std::size_t column) const;
  // In watts, from W, mW or kW as the header or the cell says.
  double watts(std::size_t row, std::size_t column) const;
  // Seconds since 1970, or since the log began if that is all it has.
  double instant(std::size_t row, std::size_t column) const;
  // Whether the header says that the column is in percent.
  bool is_percent(std::size_t column) const;

  [[noreturn]] void fail(std::size_t row, const std::string& message) const;

 private:
  explicit LogTable(CsvTable table, std::string file);
  // A number, and the unit that the cell or else the header has; empty if there is none.
  std::pair<double, std::string> measured(std::size_t row, std::size_t column) const;
  CsvTable table_;
  std::string file_;
  std::vector<std::string> names_;
  std::vector<std::string> units_;  // as in the header: "w", "mw", "%"; empty if there is none
};

}  // namespace campaign_sim::calibration
