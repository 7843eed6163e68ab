// The ledger as a file: a row an interval, as they end.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/ledger/row.hpp"
#include "sim/results/csv_file.hpp"

namespace campaign_sim {

class SegmentsCsv final : public LedgerSink {
 public:
  SegmentsCsv(std::filesystem::path file, std::vector<std::string> cluster_names);
  void add(const LedgerRow& row) override;
  std::string close() { return csv_.close(); }  // the file's checksum

 private:
  CsvFile csv_;
  std::vector<std::string> cluster_names_;
};

// Ascending numbers in short: "0-3;8".
std::string ranges(std::span<const std::uint32_t> numbers);

}  // namespace campaign_sim
