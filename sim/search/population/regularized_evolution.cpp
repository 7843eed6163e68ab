// Regularized (ageing) evolution: Real et al., "Regularized evolution for image classifier architecture
// search", AAAI 2019, algorithm 1. While the population fills, children are random (or mutations of
// `seeded`); then each child is a mutation of the best of `tournament_size` members, drawn with
// replacement, and joins when it has been trained; the oldest member, by time of joining, dies.
//
// Ours, where the paper is silent: until `population` children have joined, a free worker starts another
// first member, so with W workers up to W - 1 more of them are made. A child whose loss is not finite does
// not join. Children have no second chance: each is trained to max_resource at once.
#include <cmath>
#include <utility>

#include "sim/search/population/mutation.hpp"
#include "sim/search/population/population.hpp"
#include "sim/search/strategy_makers.hpp"

namespace campaign_sim {

namespace {

class RegularizedEvolution final : public Strategy {
 public:
  RegularizedEvolution(Breeding breeding, const SearchProblem& problem)
      : breeding_{std::move(breeding)}, problem_{problem}, population_{breeding_.population} {}

  Proposal ask() override {
    if (problem_.trials && configurations_.size() >= *problem_.trials) return Finished{};
    const TrialId trial{static_cast<std::uint32_t>(configurations_.size())};
    configurations_.push_back(breed(trial));
    return StartTrial{trial, configurations_.back(), problem_.max_resource, std::nullopt};
  }

  Verdict tell(const Report& report) override {
    if (std::isfinite(report.loss)) population_.join({report.trial, report.loss});
    return Stop{};
  }

 private:
  Configuration breed(TrialId trial) const {
    if (!population_.full()) return breeding_.founder(problem_, trial);
    const RandomStream draws{problem_.seed, Purpose::strategy, index(trial)};
    const Member& parent = population_.parent(
        sample_with_replacement(population_.members().size(), breeding_.tournament, draws, 0));
    return breeding_.child(problem_, configurations_[index(parent.trial)], trial);
  }

  Breeding breeding_;
  SearchProblem problem_;
  AgingPopulation population_;
  std::vector<Configuration> configurations_;  // of all trials
};

}  // namespace

std::unique_ptr<Strategy> make_regularized_evolution(Reader& search, const SearchProblem& problem) {
  // Real et al. 2019, section "Methods": P = 100, S = 25 for the experiments at scale.
  Breeding published;
  published.population = 100;
  published.tournament = 25;
  return std::make_unique<RegularizedEvolution>(read_breeding(search, problem, published), problem);
}

}  // namespace campaign_sim
