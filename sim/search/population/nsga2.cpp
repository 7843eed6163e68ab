// NSGA-II: Deb et al., IEEE Trans. Evolutionary Computation 6(2), 2002, with two objectives: the loss of a
// trial at the largest resource and the energy that it drew, both from the report, both minimised.
//
// A generation: parents are chosen in tournaments of two by front and crowding distance, pairs are crossed
// over and mutated (real_genetics.hpp); of parents and children together the best fronts survive, the last
// one cut by crowding distance. Defaults are section V's: eta_c = eta_m = 20, crossover 0.9, mutation 1/n;
// population 100. Generations are synchronous, as in the paper: workers wait for the slowest child.
//
// Ours, where the paper is silent: tournaments draw with replacement and ties go to the first drawn; equal
// distances go to the older one.
#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <utility>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/search/population/mutation.hpp"
#include "sim/search/population/nondominated.hpp"
#include "sim/search/population/real_genetics.hpp"
#include "sim/search/strategy_makers.hpp"

namespace campaign_sim {

namespace {

class Nsga2 final : public Strategy {
 public:
  Nsga2(std::size_t population, const GeneticRule& rule, const SearchProblem& problem)
      : size_{population}, rule_{rule}, problem_{problem} {}

  Proposal ask() override {
    if (problem_.trials && genomes_.size() >= *problem_.trials) return Finished{};
    const TrialId trial{static_cast<std::uint32_t>(genomes_.size())};
    if (genomes_.size() < size_) return start(trial, random_individual(problem_, trial));
    if (children_.empty()) {
      if (told_ < genomes_.size()) return WaitForReports{};
      survive();
      breed(trial);
    }
    Individual child = std::move(children_.front());
    children_.pop_front();
    return start(trial, std::move(child));
  }

  Verdict tell(const Report& report) override {
    ++told_;
    objectives_[index(report.trial)] = {report.loss, report.energy.base()};
    return Stop{};
  }

 private:
  struct Parent {
    std::size_t trial;
    std::size_t front;
    double distance;

    // The crowded comparison of section III-B.
    bool before(const Parent& other) const {
      return front < other.front || (front == other.front && distance > other.distance);
    }
  };

  Proposal start(TrialId trial, Individual individual) {
    genomes_.push_back(std::move(individual.genome));
    objectives_.push_back({});
    return StartTrial{trial, std::move(individual.configuration), problem_.max_resource, std::nullopt};
  }

  // The new parents: of the old ones and all that came after the last time.
  void survive() {
    std::vector<std::size_t> trials;
    for (const Parent& parent : parents_) trials.push_back(parent.trial);
    for (std::size_t i = survived_at_; i < genomes_.size(); ++i) trials.push_back(i);
    survived_at_ = genomes_.size();
    std::vector<Objectives> objectives;
    for (const std::size_t trial : trials) objectives.push_back(objectives_[trial]);

    const auto fronts = front_of_each(objectives);
    const std::size_t last = *std::ranges::max_element(fronts);
    parents_.clear();
    for (std::size_t number = 0; number <= last; ++number) {
      std::vector<std::size_t> places;
      std::vector<Objectives> front;
      for (std::size_t i = 0; i < trials.size(); ++i) {
        if (fronts[i] != number) continue;
        places.push_back(i);
        front.push_back(objectives[i]);
      }
      const auto distances = crowding_distances(front);
      for (std::size_t k = 0; k < places.size(); ++k)
        parents_.push_back({trials[places[k]], number, distances[k]});
    }
    std::ranges::stable_sort(parents_, [](const Parent& a, const Parent& b) { return a.before(b); });
    parents_.resize(std::min(parents_.size(), size_));
  }

  const Genome& tournament(Draws& draws) const {
    const Parent& first = parents_[draws.below(parents_.size())];
    const Parent& second = parents_[draws.below(parents_.size())];
    return genomes_[(second.before(first) ? second : first).trial];
  }

  // The next generation, whose first trial this is.
  void breed(TrialId first) {
    for (std::uint32_t number = index(first); children_.size() < size_; number += 2) {
      Draws draws{problem_.seed, TrialId{number}};
      const std::size_t before = children_.size();
      for (int attempt = 0; attempt < most_model_redraws && children_.size() < before + 2; ++attempt) {
        Genome a = tournament(draws);
        Genome b = tournament(draws);
        cross_over(problem_.space, a, b, rule_, draws);
        for (Genome* child : {&a, &b}) {
          mutate_genes(problem_.space, *child, rule_, draws);
          auto individual = allowed_individual(problem_.space, std::move(*child));
          if (individual && children_.size() < before + 2) children_.push_back(std::move(*individual));
        }
      }
      for (std::uint32_t more = 0; children_.size() < before + 2; ++more)
        children_.push_back(random_individual(problem_, TrialId{number + more}));
    }
    children_.resize(size_);
  }

  std::size_t size_;
  GeneticRule rule_;
  SearchProblem problem_;
  std::vector<Genome> genomes_;         // by trial
  std::vector<Objectives> objectives_;  // by trial
  std::size_t told_ = 0;
  std::size_t survived_at_ = 0;      // trials when the parents were chosen
  std::vector<Parent> parents_;      // best first
  std::deque<Individual> children_;  // not yet started
};

}  // namespace

std::unique_ptr<Strategy> make_nsga2(Reader& search, const SearchProblem& problem) {
  need_varying_space(search, problem);
  const auto population = static_cast<std::size_t>(search.integer_or("population", 100, between(2, 1e4)));
  const double genes = static_cast<double>(std::max<std::size_t>(problem.space.size(), 1));
  const GeneticRule rule{search.number_or("crossover_rate", 0.9, between(0, 1)),
                         search.number_or("crossover_index", 20, between(0, 1000)),
                         search.number_or("mutation_rate", 1 / genes, between(0, 1)),
                         search.number_or("mutation_index", 20, between(0, 1000))};
  return std::make_unique<Nsga2>(population, rule, problem);
}

}  // namespace campaign_sim
