// Non-linear least squares in blocks: some unknowns are shared by all blocks of residuals (what an
// accelerator does), the others belong to one block each (what is particular to a training).
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace campaign_sim::calibration {

using Numbers = std::vector<double>;

struct BlockProblem {
  std::size_t blocks = 0;
  // Of one block, with the shared unknowns and its own. All free numbers: bounds are the caller's.
  std::function<Numbers(std::size_t block, const Numbers& shared, const Numbers& own)> residuals;
};

struct BlockSolution {
  Numbers shared;
  std::vector<Numbers> own;  // one of each block; all of one length, which may be 0
  double sum = 0;            // of squares
};

// Levenberg-Marquardt (Marquardt, SIAM J. Applied Mathematics 11, 1963) from `start`; each step eliminates
// the blocks' own unknowns first (Schur complement), so that many blocks cost what they have and no more.
BlockSolution minimise(const BlockProblem& problem, BlockSolution start);

}  // namespace campaign_sim::calibration
