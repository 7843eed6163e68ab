// The layouts of logs, each in a file of its own, and what they share.
#pragma once

#include <map>
#include <string>

#include "analysis/calibration/log_file.hpp"

namespace campaign_sim::calibration {

bool is_nvidia_smi(const LogTable& table);  // nvidia-smi --query-gpu=… --format=csv
Log read_nvidia_smi(const LogTable& table, const ColumnNames& columns);

bool is_codecarbon(const LogTable& table);  // emissions.csv: a line is a run, its means
Log read_codecarbon(const LogTable& table, const ColumnNames& columns);

bool is_zeus_summary(const LogTable& table);  // a line is a training at a power limit: its means
Log read_zeus_summary(const LogTable& table, const ColumnNames& columns);

bool is_zeus_windows(const LogTable& table);  // ZeusMonitor's log: joules in windows of work
Log read_zeus_windows(const LogTable& table, const ColumnNames& columns);

bool is_zeus_monitor(const LogTable& table);  // time and a column of watts per GPU
Log read_zeus_monitor(const LogTable& table, const ColumnNames& columns);

bool is_measured_variants(const LogTable& table);  // what analysis/measure_gpu.py writes
Log read_measured_variants(const LogTable& table, const ColumnNames& columns);

bool is_plain(const LogTable& table);  // always: says what is missing
Log read_plain(const LogTable& table, const ColumnNames& columns);

// Time may not run backwards on one device; lines of several may alternate.
class Clock {
 public:
  Clock(const LogTable& table, std::size_t column) : table_{table}, column_{column} {}
  // Throws LogError.
  void tick(std::size_t row, const std::string& device);

 private:
  const LogTable& table_;
  std::size_t column_;
  std::map<std::string, std::pair<double, std::size_t>> last_;  // instant and row, by device
};

// The date of the first line, if the column's numbers are dates.
std::string date_of(const LogTable& table, std::size_t time_column);
// Finite and not negative; throws LogError.
double checked_watts(const LogTable& table, std::size_t row, std::size_t column);
// A power limit: watts of more than 0; throws LogError.
double checked_limit(const LogTable& table, std::size_t row, std::size_t column);
// As a share. `percent`: the column's numbers are percent.
double checked_utilisation(const LogTable& table, std::size_t row, std::size_t column, bool percent);
// Whether the column is in percent: its header or a cell says so, or it has a number above 1.
bool in_percent(const LogTable& table, std::size_t column);
// The one name that a column has on every line; throws LogError naming the first that differs.
std::string only_name(const LogTable& table, std::size_t column, std::string_view what);

}  // namespace campaign_sim::calibration
