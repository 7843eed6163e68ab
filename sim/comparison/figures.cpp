#include "sim/comparison/figures.hpp"

#include <cmath>

namespace campaign_sim {

std::vector<Figures> figures_of(const ComparisonPlan& plan, const std::vector<Cell>& cells,
                                const std::vector<std::size_t>& present) {
  std::vector<Figures> sums(plan.variants.size(), Figures{});
  std::vector<std::size_t> counts(plan.variants.size());
  for (const std::size_t i : present) {
    const comparison::Replicate replicate = read_cell(cells[i]);
    const comparison::Spending& spent = replicate.total;
    const Figures of_one = {spent[0], spent[1], spent[2], spent[3], replicate.best};
    for (std::size_t f = 0; f < of_one.size(); ++f) sums[replicate.variant][f] += of_one[f];
    ++counts[replicate.variant];
  }
  for (std::size_t variant = 0; variant < sums.size(); ++variant)
    for (double& sum : sums[variant])
      sum = counts[variant] == plan.seeds.size() ? sum / static_cast<double>(counts[variant]) : std::nan("");
  return sums;
}

}  // namespace campaign_sim
