// Sobol's low-discrepancy sequence, plain and scrambled.
//
// Rule: I. M. Sobol (1967) with the direction numbers of Joe and Kuo (2008, D6), points in the Gray code
// order of Antonov and Saleev (1979), the first point 0. Scrambled: a random lower triangular matrix in
// front of each generator matrix and a random digital shift (J. Matoušek, "On the L2-discrepancy for
// anchored boxes", J. Complexity 14, 1998), which keeps every net a net. SciPy's qmc.Sobol is the same.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace campaign_sim {

class SobolSequence {
 public:
  static constexpr std::size_t most_dimensions = 160;
  // The sequence has 2^32 points.
  static constexpr int bits_of_index = 32;

  // `dimensions` at most `most_dimensions`. Scrambled if there is a seed to scramble with.
  explicit SobolSequence(std::size_t dimensions, std::optional<std::uint64_t> scrambling_seed = std::nullopt);

  // The k-th point: looked up, not stepped to.
  std::vector<double> point(std::uint64_t k) const;

 private:
  // Column j of the generator matrix of a dimension: what bit j of the Gray code adds.
  std::vector<std::vector<std::uint64_t>> columns_;
  std::vector<std::uint64_t> shifts_;
};

}  // namespace campaign_sim
