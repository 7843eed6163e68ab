// The cells of a comparison, one per variant and seed, as folders: which are there already, and which are
// not.
//
// A cell is there if its folder holds a cell.json with the digest of what would be run now. So an interrupted
// comparison is resumed by running it again, a changed variant is simulated again and the others are not, and
// parts that ran elsewhere are joined by copying what fits.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/comparison/replicates.hpp"
#include "sim/comparison/plan.hpp"

namespace campaign_sim {

// What is kept of a replicate: `whole` has all files of a run, `compact` has summary.json, manifest.json and
// incumbent.csv.
enum class Detail : std::uint8_t { compact, whole };

struct Cell {
  std::size_t variant = 0;
  std::uint64_t seed = 0;
  Detail detail = Detail::compact;
  std::filesystem::path folder;
};

// Of which replicates all files are kept.
enum class Keep : std::uint8_t { none, first_seeds, all };

// By variant, then by seed.
std::vector<Cell> cells_of(const ComparisonPlan& plan, const std::filesystem::path& out, Keep keep);

enum class CellState : std::uint8_t {
  there,
  absent,
  stale,  // of another scenario or version, or with fewer files than are asked for now
};
CellState state_of(const Cell& cell, const PlannedVariant& variant);

// Marks the cell, whose run is complete, as there.
void mark_there(const Cell& cell, const PlannedVariant& variant, const std::string& version);

// Copies the cell from another comparison's folder if it is there. Says whether it was.
bool take_from(const Cell& cell, const PlannedVariant& variant, const std::filesystem::path& other_out);

// What a cell measured, from its files. Throws std::runtime_error if they cannot be read.
comparison::Replicate read_cell(const Cell& cell);

}  // namespace campaign_sim
