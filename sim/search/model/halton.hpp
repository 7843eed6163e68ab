// Halton's low-discrepancy sequence, plain and scrambled.
//
// Rule: J. H. Halton, Numerische Mathematik 2 (1960): coordinate d of point k is k written in the d-th
// prime base, its digits mirrored at the point; the first point is 0. Scrambled: every digit of every
// coordinate goes through a random permutation of its own (A. B. Owen, "A randomized Halton algorithm in
// R", arXiv:1706.02808), leading zeros included. SciPy's qmc.Halton is the same.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace campaign_sim {

class HaltonSequence {
 public:
  explicit HaltonSequence(std::size_t dimensions,
                          std::optional<std::uint64_t> scrambling_seed = std::nullopt);

  std::vector<double> point(std::uint64_t k) const;

 private:
  struct Base {
    std::uint64_t prime;
    // One permutation for each digit that a double can tell from 0; empty: not scrambled.
    std::vector<std::vector<std::uint64_t>> permutations;
  };
  std::vector<Base> bases_;
};

}  // namespace campaign_sim
