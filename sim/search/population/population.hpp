// Who lives, who breeds and who dies: the decision rules of two evolutions, apart from what is trained.
// Positions are drawn by the caller. Ties go to the one that was sampled first.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/core/space.hpp"
#include "sim/core/trial.hpp"

namespace campaign_sim {

struct Member {
  TrialId trial;
  double loss;
  std::size_t rung = 0;  // of progressive dynamic hurdles
};

// Real et al., "Regularized evolution for image classifier architecture search", AAAI 2019, algorithm 1:
// the best of a sample breeds; whoever joins is youngest, and the oldest dies.
class AgingPopulation {
 public:
  explicit AgingPopulation(std::size_t capacity) : capacity_{capacity} {}

  bool full() const { return members_.size() == capacity_; }
  const std::deque<Member>& members() const { return members_; }  // oldest first

  // The best at the sampled positions.
  const Member& parent(std::span<const std::size_t> sampled) const;
  // The member that dies for it, if the population was full.
  std::optional<Member> join(Member member);

 private:
  std::size_t capacity_;
  std::deque<Member> members_;
};

// Real et al., "Large-scale evolution of image classifiers", ICML 2017, with the sample sizes of So et
// al., "The evolved transformer", ICML 2019: the best of a sample breeds; when the child has been scored,
// the worst of another sample dies and the child takes its place.
class TournamentPopulation {
 public:
  explicit TournamentPopulation(std::size_t capacity) : capacity_{capacity} {}

  bool full() const { return members_.size() == capacity_; }
  const std::vector<Member>& members() const { return members_; }

  const Member& parent(std::span<const std::size_t> sampled) const;
  // A place is free while the population is not full: then nobody is sampled and nobody dies.
  std::optional<Member> join(Member member, std::span<const std::size_t> sampled);

 private:
  std::size_t capacity_;
  std::vector<Member> members_;
};

// Positions 0 … population - 1, drawn from the indices `first`, `first` + 1, …
std::vector<std::size_t> sample_with_replacement(std::size_t population, std::size_t sample,
                                                 const RandomStream& draws, std::uint64_t first);
// The same, each position at most once; sample at most population.
std::vector<std::size_t> sample_without_replacement(std::size_t population, std::size_t sample,
                                                    const RandomStream& draws, std::uint64_t first);

}  // namespace campaign_sim
