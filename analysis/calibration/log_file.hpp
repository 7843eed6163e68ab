// Reads a log of whichever layout it has.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "analysis/calibration/log_table.hpp"
#include "analysis/calibration/readings.hpp"

namespace campaign_sim::calibration {

// Columns of a plain table that go by names of their own; empty: those that such columns usually have.
struct ColumnNames {
  std::string time;
  std::string power;
  std::string utilisation;
  std::string accelerators;  // in a node's log: the watts of its accelerators
};

// A program whose logs can be read. To add one, write a file in layouts/ and a row in log_file.cpp.
struct Layout {
  std::string_view name;
  bool (*fits)(const LogTable& table);  // by its columns; the first layout that fits is taken
  Log (*read)(const LogTable& table, const ColumnNames& columns);
};
std::span<const Layout> layouts();

// Throws LogError.
Log read_log(const std::filesystem::path& file, const ColumnNames& columns);
Log read_log(const LogTable& table, const ColumnNames& columns);

}  // namespace campaign_sim::calibration
