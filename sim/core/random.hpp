// Random numbers that are looked up, not consumed.
//
// A draw is a pure function of (seed, purpose, subject, index). Adding a draw somewhere changes no
// other draw, so a configuration learns the same curve whichever strategy proposed it and whenever it
// ran: strategies compared on one seed share their luck (common random numbers).
//
// The generator is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC'11),
// tested against its published vectors. Distributions are our own: the standard leaves theirs open.
#pragma once

#include <array>
#include <cstdint>

namespace campaign_sim {

using PhiloxCounter = std::array<std::uint32_t, 4>;
using PhiloxKey = std::array<std::uint32_t, 2>;

// One block of Philox4x32-10.
PhiloxCounter philox4x32(PhiloxCounter counter, PhiloxKey key);

// What a draw is for. Values are append-only: changing one changes every result.
enum class Purpose : std::uint32_t {
  configuration = 1,      // sampling of new configurations; subject: the how-manieth
  curve = 2,              // a configuration's own luck in training; subject: its digest
  curve_noise = 3,        // evaluation noise along the curve; subject: its digest, index: the resource
  duration = 4,           // job lengths of a fixed workload; subject: the configuration's digest
  strategy = 5,           // a strategy's own choices (parents, mutations, shuffles)
  landscape = 6,          // an architecture space's fitness landscape; subject: field and choice
  sampler = 7,            // a model-based sampler's own draws; subject: the trial
  scrambling = 8,         // scrambled sequences and stratified designs; subject: the dimension
  node_life = 9,          // how long a node works until it fails; subject: the node
  node_repair = 10,       // and how long its repair takes; subject: the node
  node_replacement = 11,  // how long a spare needs to take its place; subject: the cluster
  resampling = 20,        // bootstrap resamples and designs of the analysis; subject: the sample's size
};

class RandomStream {
 public:
  constexpr RandomStream(std::uint64_t seed, Purpose purpose, std::uint64_t subject)
      : seed_{seed}, purpose_{purpose}, subject_{subject} {}

  // 64 random bits.
  std::uint64_t bits(std::uint64_t index) const;
  // Uniform in [0, 1), with 53 random bits.
  double uniform(std::uint64_t index) const;
  // Standard normal (inverse of the distribution function at a uniform draw).
  double normal(std::uint64_t index) const;
  // Uniform in 0 … bound-1; bound at least 1.
  std::uint64_t below(std::uint64_t bound, std::uint64_t index) const;

 private:
  std::uint64_t seed_;
  Purpose purpose_;
  std::uint64_t subject_;
};

// Inverse of the standard normal distribution function, for 0 < p < 1.
double normal_quantile(double p);

}  // namespace campaign_sim
