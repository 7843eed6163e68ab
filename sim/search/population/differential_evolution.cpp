// Differential evolution: Storn & Price, J. Global Optimization 11, 1997, rand/1/bin (differential.hpp) on
// the unit cube. Each member in turn is the target of one child, and the child takes its place if its loss is
// not larger.
//
// `update: synchronous` is the paper's: all children of a generation have the same parents, and they take
// places together, so workers wait for the slowest. `update: asynchronous` is ours: a child takes its place
// when it reports, and a free worker goes on to the next target that has been evaluated; it waits only while
// fewer than four members have been. A child whose loss is not finite never beats one whose loss is.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/search/population/differential.hpp"
#include "sim/search/population/mutation.hpp"
#include "sim/search/rungs/order_statistic.hpp"
#include "sim/search/strategy_makers.hpp"

namespace campaign_sim {

namespace {

constexpr std::size_t least_members = 4;  // a target and three donors

class DifferentialEvolution final : public Strategy {
 public:
  struct Settings {
    std::size_t population;
    DifferentialRule rule;
    bool synchronous;
  };

  DifferentialEvolution(const Settings& settings, const SearchProblem& problem)
      : settings_{settings}, problem_{problem}, members_(settings.population) {}

  Proposal ask() override {
    if (problem_.trials && children_.size() >= *problem_.trials) return Finished{};
    const TrialId trial{static_cast<std::uint32_t>(children_.size())};
    if (children_.size() < members_.size()) return start(trial, asked_++, random_individual(problem_, trial));
    if (settings_.synchronous && asked_ == members_.size()) return WaitForReports{};
    if (evaluated_.size() < least_members) return WaitForReports{};
    const std::size_t target = evaluated_[asked_++ % evaluated_.size()];
    return start(trial, target, breed(trial, target));
  }

  Verdict tell(const Report& report) override {
    Child& child = children_[index(report.trial)];
    child.loss = rankable(report.loss);
    if (!settings_.synchronous) {
      select(child);
      return Stop{};
    }
    if (++told_ < members_.size()) return Stop{};
    for (std::size_t i = children_.size() - members_.size(); i < children_.size(); ++i) select(children_[i]);
    asked_ = told_ = 0;
    return Stop{};
  }

 private:
  struct Member {
    Genome genome;
    double loss = 0;
  };
  struct Child {
    std::size_t target;
    Genome genome;
    double loss = 0;
  };

  Proposal start(TrialId trial, std::size_t target, Individual individual) {
    children_.push_back({target, std::move(individual.genome)});
    return StartTrial{trial, std::move(individual.configuration), problem_.max_resource, std::nullopt};
  }

  Individual breed(TrialId trial, std::size_t target) const {
    const auto own = static_cast<std::size_t>(std::ranges::find(evaluated_, target) - evaluated_.begin());
    return first_allowed(problem_, trial, [&](Draws& draws) {
      const auto [a, b, c] = three_of(evaluated_.size(), own, draws);
      return differential_child(
          members_[target].genome,
          {&members_[evaluated_[a]].genome, &members_[evaluated_[b]].genome, &members_[evaluated_[c]].genome},
          settings_.rule, draws);
    });
  }

  void select(Child& child) {
    Member& member = members_[child.target];
    if (member.genome.empty())
      evaluated_.push_back(child.target);
    else if (child.loss > member.loss)
      return;
    member = {std::move(child.genome), child.loss};
  }

  Settings settings_;
  SearchProblem problem_;
  std::vector<Member> members_;
  std::vector<std::size_t> evaluated_;  // the members that have a loss, in the order of getting it
  std::vector<Child> children_;         // by trial
  std::size_t asked_ = 0;               // synchronous: in this generation
  std::size_t told_ = 0;
};

}  // namespace

std::unique_ptr<Strategy> make_differential_evolution(Reader& search, const SearchProblem& problem) {
  constexpr std::string_view updates[] = {"synchronous", "asynchronous"};
  need_varying_space(search, problem);
  DifferentialEvolution::Settings settings{};
  // Storn & Price 1997, section 5: five to ten members a dimension, F = 0.5, and CR = 0.9 for a quick answer.
  const auto members =
      std::max<std::int64_t>(10 * static_cast<std::int64_t>(problem.space.size()), least_members);
  settings.population =
      static_cast<std::size_t>(search.integer_or("population", members, between(least_members, 1e5)));
  settings.rule.mutation_factor =
      search.number_or("mutation_factor", 0.5, {.low = 0, .high = 2, .low_open = true});
  settings.rule.crossover_rate = search.number_or("crossover_rate", 0.9, between(0, 1));
  settings.synchronous = search.one_of_or("update", "synchronous", updates) == "synchronous";
  return std::make_unique<DifferentialEvolution>(settings, problem);
}

}  // namespace campaign_sim
