// Power over time, by cause, in a fixed number of equal bins: constant memory however long the campaign.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/ledger/row.hpp"

namespace campaign_sim {

// Every row's joules are spread evenly over its interval, so the bins' energies sum to the ledger's.
// The bins start fine and are merged in pairs whenever a row ends beyond the last one. A row costs the
// same however many bins it covers: whole bins are kept as differences of power.
class Timeline final : public LedgerSink {
 public:
  static constexpr std::size_t bins = 1024;

  struct Bin {
    Seconds start;
    Seconds end;
    std::array<Joules, cause_names.size()> energy;
  };

  explicit Timeline(std::size_t clusters);
  void add(const LedgerRow& row) override;

  // The bins of one cluster from 0 to `end`; the last one is cut there.
  std::vector<Bin> of_cluster(std::size_t cluster, Seconds end) const;

 private:
  struct Series {
    std::vector<double> energy_j = std::vector<double>(bins);                   // of partly covered bins
    std::vector<double> power_step_w = std::vector<double>(bins + 1);           // of wholly covered ones
    std::vector<std::int64_t> rows_step = std::vector<std::int64_t>(bins + 1);  // how many rows cover them
  };
  // The power of the rows that wholly cover a bin, one bin after the other.
  class Covering {
   public:
    explicit Covering(const Series& series) : series_{series} {}
    double next_w();

   private:
    const Series& series_;
    std::size_t bin_ = 0;
    std::int64_t rows_ = 0;
    double power_w_ = 0;
  };
  Series& series(std::size_t cluster, Cause cause);
  const Series& series(std::size_t cluster, Cause cause) const;
  void merge_pairs();

  double width_s_ = 1e-3;
  std::vector<Series> series_;
};

}  // namespace campaign_sim
