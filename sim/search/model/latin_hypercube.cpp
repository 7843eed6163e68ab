#include "sim/search/model/latin_hypercube.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/random.hpp"
#include "sim/search/model/permutation.hpp"

namespace campaign_sim {

std::vector<std::vector<double>> latin_hypercube(std::size_t points, std::size_t dimensions,
                                                 std::uint64_t seed, std::uint64_t design) {
  std::vector<std::vector<double>> result(points, std::vector<double>(dimensions));
  for (std::size_t d = 0; d < dimensions; ++d) {
    const RandomStream draws{seed, Purpose::scrambling, design * dimensions + d};
    const auto strata = random_permutation(points, draws, 0);
    for (std::size_t i = 0; i < points; ++i) {
      const auto stratum = static_cast<double>(strata[i]);
      // The sum may round up to the edge of the next stratum.
      const double place = std::min(stratum + draws.uniform(points + i), std::nextafter(stratum + 1, 0.0));
      result[i][d] = place / static_cast<double>(points);
    }
  }
  return result;
}

}  // namespace campaign_sim
