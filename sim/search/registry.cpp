// The strategies that a scenario can name, written out: no static initialiser fills this table.
#include "sim/search/registry.hpp"

#include <array>

#include "sim/search/full_training.hpp"
#include "sim/search/sampler_makers.hpp"
#include "sim/search/strategy_makers.hpp"

namespace campaign_sim {

namespace {

// A sampler alone: every configuration is trained to the end.
template <auto make_sampler>
std::unique_ptr<Strategy> alone(Reader& search, const SearchProblem& problem) {
  return train_all(make_sampler(search, problem), problem);
}

constexpr auto table = std::to_array<StrategyEntry>({
    {"random", "train random configurations to the end", "Bergstra & Bengio, JMLR 13, 2012",
     "{strategy: random}", alone<make_random>},
    {"grid", "train every combination of evenly spaced values to the end", "full factorial design",
     "{strategy: grid, points: 3}", alone<make_grid>, true},
    {"replay", "train a recorded list of configurations to the end", "the list, in its order",
     "{strategy: replay, configurations: [{x: 0.25, n: 2, c: a}, {x: 1, n: 3, c: b}]}", alone<make_replay>, true},
    {"pbt", "train a population; the worst copy the best and perturb",
     "Jaderberg et al., arXiv:1711.09846, 2017", "{strategy: pbt, population: 6, interval: 2}", make_pbt},
    {"regularized_evolution", "mutate the best of a sample; the oldest dies",
     "Real et al., AAAI 2019, algorithm 1",
     "{strategy: regularized_evolution, population: 4, tournament_size: 2}", make_regularized_evolution},
    {"tournament_evolution", "mutate the best of a sample; the worst of a sample dies; optional hurdles",
     "So et al., ICML 2019, sections 3.2 and 3.3; Real et al., ICML 2017",
     "{strategy: tournament_evolution, population: 4, tournament_size: 2, "
     "hurdles: {children_per_hurdle: 4, increments: [2, 3, 4]}}",
     make_tournament_evolution},
});

}  // namespace

std::span<const StrategyEntry> strategies() { return table; }

}  // namespace campaign_sim
