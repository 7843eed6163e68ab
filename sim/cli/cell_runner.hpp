// Brings the cells of a plan about: finds those that are there, simulates the others in processes, shows how
// it stands, and says what failed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "sim/cli/replicate_options.hpp"
#include "sim/comparison/cells.hpp"
#include "sim/comparison/plan.hpp"

namespace campaign_sim {

// Makes the folder, or throws OutputError: one that is somebody else's, or of another sub-command, is not
// ours to fill.
void claim_for_comparison(const std::filesystem::path& out, const std::string& command);
// Throws OutputError if no comparison, nor a part of one, was made there.
void expect_comparison(const std::filesystem::path& folder);

class CellRunner {
 public:
  // Both are kept by reference.
  CellRunner(const ReplicateOptions& options, const ComparisonPlan& plan, const std::filesystem::path& out);

  // The exit status: 0, 4 if some failed (the others stand), 130 if it was interrupted.
  int run();
  // After `run`: whether the whole grid was asked for and gone through, so that it can be looked at.
  bool complete() const;

  const std::vector<Cell>& cells() const { return cells_; }
  const std::vector<std::size_t>& present() const { return present_; }  // those that are there, in order

 private:
  const PlannedVariant& variant_of(std::size_t cell) const { return plan_.variants[cells_[cell].variant]; }
  void find_present();
  std::string what_is_missing() const;
  void simulate();
  int simulate_cell(std::size_t i) const;
  void remove_leftovers(std::size_t i, long process) const;
  void report_failures();

  const ReplicateOptions& options_;
  const ComparisonPlan& plan_;
  std::filesystem::path out_;
  std::vector<Cell> cells_;
  std::size_t mine_ = 0;  // cells of this part
  std::size_t stale_ = 0;
  std::vector<std::size_t> present_;
  std::vector<std::size_t> missing_;
  std::vector<std::pair<std::size_t, std::string>> failures_;
};

}  // namespace campaign_sim
