// Random search: trial k gets the k-th random configuration of the seed, whoever asks and whenever.
#include "sim/search/sampler_makers.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

class RandomSampler final : public Sampler {
 public:
  explicit RandomSampler(const SearchProblem& problem) : space_{problem.space}, seed_{problem.seed} {}

  std::optional<Configuration> propose(TrialId trial) override {
    return random_configuration(space_, seed_, index(trial));
  }

 private:
  const Space& space_;
  std::uint64_t seed_;
};

}  // namespace

std::unique_ptr<Sampler> make_random(Reader&, const SearchProblem& problem) {
  return std::make_unique<RandomSampler>(problem);
}

}  // namespace campaign_sim
