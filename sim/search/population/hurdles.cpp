#include "sim/search/population/hurdles.hpp"

#include <numeric>

#include "sim/core/expect.hpp"

namespace campaign_sim {

Hurdles::Hurdles(std::uint64_t children_per_hurdle, std::vector<Resource> increments)
    : children_per_hurdle_{children_per_hurdle}, resources_(increments.size()) {
  CS_EXPECT(!increments.empty());
  std::partial_sum(increments.begin(), increments.end(), resources_.begin());
}

void Hurdles::scored(std::span<const Member> population) {
  ++scored_since_last_;
  const std::size_t highest_rung = hurdles_.size();  // as many hurdles, as many rungs above the first
  if (scored_since_last_ < children_per_hurdle_ || highest_rung + 1 >= resources_.size()) return;
  double sum = 0;
  std::size_t members = 0;
  for (const Member& member : population) {
    if (member.rung != highest_rung) continue;
    sum += member.loss;
    ++members;
  }
  if (members == 0) return;
  hurdles_.push_back(sum / static_cast<double>(members));
  scored_since_last_ = 0;
}

}  // namespace campaign_sim
