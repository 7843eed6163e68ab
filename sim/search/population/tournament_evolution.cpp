// Tournament evolution, as in So et al., "The evolved transformer", ICML 2019, section 3.2 (tournament
// selection after Real et al., "Large-scale evolution of image classifiers", ICML 2017): the best of a
// sample of the population breeds; when the child has been scored, the worst of another sample dies and
// the child takes its place. With `hurdles:` children are stopped early (hurdles.hpp).
//
// Ours, where the papers are silent: samples are without replacement; until `population` children have
// joined, a free worker starts another first member, so with W workers up to W - 1 more of them are made;
// a child whose loss is not finite at any rung is stopped and does not join, and nobody dies for it.
#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <utility>

#include "sim/config/reader.hpp"
#include "sim/search/population/hurdles.hpp"
#include "sim/search/population/mutation.hpp"
#include "sim/search/population/population.hpp"
#include "sim/search/strategy_makers.hpp"

namespace campaign_sim {

namespace {

// The first draw of the sample from which somebody dies; those of the parent's sample start at 0.
constexpr std::uint64_t first_death_draw = std::uint64_t{1} << 31;

class TournamentEvolution final : public Strategy {
 public:
  TournamentEvolution(Breeding breeding, Hurdles hurdles, const SearchProblem& problem)
      : breeding_{std::move(breeding)},
        hurdles_{std::move(hurdles)},
        problem_{problem},
        population_{breeding_.population} {}

  Proposal ask() override {
    if (problem_.trials && children_.size() >= *problem_.trials) return Finished{};
    const TrialId trial{static_cast<std::uint32_t>(children_.size())};
    children_.push_back({breed(trial)});
    return StartTrial{trial, children_.back().configuration, hurdles_.resource_at(0), std::nullopt};
  }

  Verdict tell(const Report& report) override {
    Child& child = children_[index(report.trial)];
    const bool alive = std::isfinite(report.loss);
    if (alive && hurdles_.passes(report.loss, child.rung))
      return Continue{hurdles_.resource_at(++child.rung)};
    if (alive) join({report.trial, report.loss, child.rung});
    hurdles_.scored(population_.members());
    return Stop{};
  }

 private:
  struct Child {
    Configuration configuration;
    std::size_t rung = 0;  // that it trains to now
  };

  Configuration breed(TrialId trial) const {
    if (!population_.full()) return breeding_.founder(problem_, trial);
    const Member& parent = population_.parent(sample(trial, 0));
    return breeding_.child(problem_, children_[index(parent.trial)].configuration, trial);
  }

  void join(const Member& child) {
    if (population_.full())
      population_.join(child, sample(child.trial, first_death_draw));
    else
      population_.join(child, {});
  }

  std::vector<std::size_t> sample(TrialId trial, std::uint64_t first) const {
    const RandomStream draws{problem_.seed, Purpose::strategy, index(trial)};
    return sample_without_replacement(population_.members().size(), breeding_.tournament, draws, first);
  }

  Breeding breeding_;
  Hurdles hurdles_;
  SearchProblem problem_;
  TournamentPopulation population_;
  std::vector<Child> children_;
};

// One rung, and no hurdle before it, where the section is missing.
Hurdles read_hurdles(Reader& search, const SearchProblem& problem) {
  const Hurdles none{1, {problem.max_resource}};
  if (!search.has("hurdles")) return none;
  auto section = search.section("hurdles");
  const auto children = section.integer("children_per_hurdle", at_least(1));
  const auto increments = section.numbers("increments", more_than(0));
  if (!section.ok()) return none;
  const double sum = std::accumulate(increments.begin(), increments.end(), 0.0);
  if (increments.empty())
    section.reject("increments", "there is no increment; give one for each hurdle and one before the first");
  else if (sum > problem.max_resource)
    section.reject("increments",
                   fmt::format("the increments sum to {}, more than the largest resource, {}; make them "
                               "smaller or it larger",
                               sum, problem.max_resource));
  if (!section.ok()) return none;
  return Hurdles{static_cast<std::uint64_t>(children), increments};
}

}  // namespace

std::unique_ptr<Strategy> make_tournament_evolution(Reader& search, const SearchProblem& problem) {
  // So et al. 2019, section 4: population 100, samples of 30, 2.5% a field.
  Breeding published;
  published.population = 100;
  published.tournament = 30;
  published.mutation.kind = Mutation::Kind::each_field;
  const auto breeding = read_breeding(search, problem, published);
  return std::make_unique<TournamentEvolution>(breeding, read_hurdles(search, problem), problem);
}

}  // namespace campaign_sim
