#include "sim/search/population/population.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "sim/core/expect.hpp"

namespace campaign_sim {

const Member& AgingPopulation::parent(std::span<const std::size_t> sampled) const {
  CS_EXPECT(!sampled.empty());
  return members_[*std::ranges::min_element(sampled, {}, [&](std::size_t i) { return members_[i].loss; })];
}

std::optional<Member> AgingPopulation::join(Member member) {
  members_.push_back(member);
  if (members_.size() <= capacity_) return std::nullopt;
  const Member oldest = members_.front();
  members_.pop_front();
  return oldest;
}

const Member& TournamentPopulation::parent(std::span<const std::size_t> sampled) const {
  CS_EXPECT(!sampled.empty());
  return members_[*std::ranges::min_element(sampled, {}, [&](std::size_t i) { return members_[i].loss; })];
}

std::optional<Member> TournamentPopulation::join(Member member, std::span<const std::size_t> sampled) {
  if (!full()) {
    members_.push_back(member);
    return std::nullopt;
  }
  CS_EXPECT(!sampled.empty());
  Member& worst = members_[*std::ranges::min_element(sampled, std::greater{},
                                                     [&](std::size_t i) { return members_[i].loss; })];
  return std::exchange(worst, member);
}

std::vector<std::size_t> sample_with_replacement(std::size_t population, std::size_t sample,
                                                 const RandomStream& draws, std::uint64_t first) {
  std::vector<std::size_t> positions(sample);
  for (std::size_t i = 0; i < sample; ++i) positions[i] = draws.below(population, first + i);
  return positions;
}

std::vector<std::size_t> sample_without_replacement(std::size_t population, std::size_t sample,
                                                    const RandomStream& draws, std::uint64_t first) {
  CS_EXPECT(sample <= population);
  std::vector<std::size_t> positions(population);
  std::iota(positions.begin(), positions.end(), std::size_t{0});
  for (std::size_t i = 0; i < sample; ++i)
    std::swap(positions[i], positions[i + draws.below(population - i, first + i)]);
  positions.resize(sample);
  return positions;
}

}  // namespace campaign_sim
