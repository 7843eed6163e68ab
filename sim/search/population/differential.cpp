#include "sim/search/population/differential.hpp"

#include <algorithm>

#include "sim/core/expect.hpp"

namespace campaign_sim {

Genome differential_child(const Genome& target, const std::array<const Genome*, 3>& donors,
                          const DifferentialRule& rule, Draws& draws) {
  const auto& [a, b, c] = donors;
  const std::size_t always = draws.below(target.size());
  Genome child = target;
  for (std::size_t i = 0; i < target.size(); ++i) {
    const double crossover = draws.uniform();
    const double anew = draws.uniform();
    if (i != always && crossover >= rule.crossover_rate) continue;
    const double mutant = (*a)[i] + rule.mutation_factor * ((*b)[i] - (*c)[i]);
    child[i] = mutant < 0 || mutant > 1 ? anew : mutant;
  }
  return child;
}

std::array<std::size_t, 3> three_of(std::size_t pool, std::size_t other_than, Draws& draws) {
  CS_EXPECT(pool >= (other_than < pool ? 4u : 3u));
  std::array<std::size_t, 3> drawn{};
  for (std::size_t i = 0; i < drawn.size();) {
    const std::size_t position = draws.below(pool);
    if (position == other_than || std::find(drawn.begin(), drawn.begin() + i, position) != drawn.begin() + i)
      continue;
    drawn[i++] = position;
  }
  return drawn;
}

}  // namespace campaign_sim
