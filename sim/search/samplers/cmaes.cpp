// CMA-ES as a sampler, on the unit cube (see model/cma.hpp for the rule of an update).
//
// As in Optuna 4.9's CmaEsSampler: start in the middle with step size 1/6; trials are drawn whenever they
// are asked for, and a generation is told when a population of its own trials is at rest (late ones of
// earlier generations do not count). A point outside of the cube is drawn again, and at last moved to its
// edge. Integers and ordered choices are rounded for the trial but not for the update; unordered choices
// are drawn at random. `restarts: ipop`: when the distribution can improve no more, start from a random
// place with twice the population (Auger and Hansen, CEC 2005).
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "sim/config/reader.hpp"
#include "sim/search/model/cma.hpp"
#include "sim/search/sampler_makers.hpp"
#include "sim/search/samplers/draws.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

class CmaEs final : public Sampler {
 public:
  struct Settings {
    std::size_t population = 0;  // 0: Hansen's default
    double sigma = 1.0 / 6;      // of the unit cube's edge
    bool restarts = true;
  };

  CmaEs(const Settings& settings, const SearchProblem& problem, std::vector<std::size_t> axes)
      : settings_{settings},
        space_{problem.space},
        seed_{problem.seed},
        axes_{std::move(axes)},
        population_{settings.population > 0 ? settings.population : default_population(axes_.size())},
        cma_{std::vector<double>(axes_.size(), 0.5), settings.sigma, population_} {}

  std::optional<Configuration> propose(TrialId trial) override {
    Draws draws{seed_, trial};
    Configuration configuration;
    std::vector<double> point;
    bool allowed = false;
    for (int attempt = 0; attempt < most_model_redraws && !allowed; ++attempt) {
      point = sample(draws);
      configuration = configuration_at(point, trial);
      allowed = space_.allows(configuration);
    }
    if (!allowed) {
      configuration = random_configuration(space_, seed_, index(trial));
      for (std::size_t i = 0; i < axes_.size(); ++i) {
        const double unit = to_unit(space_.parameters[axes_[i]], configuration.values[axes_[i]]);
        if (!std::isnan(unit)) point[i] = unit;
      }
    }
    running_.emplace(index(trial), Individual{std::move(point), age_, INFINITY});
    return configuration;
  }

  void observe(TrialId trial, Resource, double loss) override {
    const auto it = running_.find(index(trial));
    if (it != running_.end()) it->second.loss = std::isfinite(loss) ? loss : INFINITY;
  }

  void finish(TrialId trial) override {
    const auto it = running_.find(index(trial));
    if (it == running_.end()) return;
    if (it->second.age == age_) {
      points_.push_back(std::move(it->second.point));
      losses_.push_back(it->second.loss);
    }
    running_.erase(it);
    if (points_.size() == population_) end_generation();
  }

 private:
  struct Individual {
    std::vector<double> point;
    std::uint64_t age;  // the generation that drew it, counted over all restarts
    double loss;
  };

  std::vector<double> sample(Draws& draws) const {
    std::vector<double> point;
    const std::size_t most_tries = 10 * axes_.size();  // cmaes' n_max_resampling in Optuna
    for (std::size_t tries = 0; tries <= most_tries; ++tries) {
      std::vector<double> normals(axes_.size());
      for (double& normal : normals) normal = draws.normal();
      point = cma_.sample(normals);
      if (std::ranges::all_of(point, [](double x) { return x >= 0 && x <= 1; })) return point;
    }
    for (double& x : point) x = std::clamp(x, 0.0, 1.0);
    return point;
  }

  Configuration configuration_at(const std::vector<double>& point, TrialId trial) const {
    const RandomStream choices{seed_, Purpose::configuration, index(trial)};
    std::vector<double> unit(space_.size());
    for (std::size_t i = 0; i < space_.size(); ++i) unit[i] = choices.uniform(i);
    for (std::size_t i = 0; i < axes_.size(); ++i) unit[axes_[i]] = point[i];
    return from_unit(space_, unit);
  }

  void end_generation() {
    ++age_;
    // A failed trial is the worst; how much worse does not matter to the ranks, but must be finite.
    double worst = 0;
    for (const double loss : losses_)
      if (std::isfinite(loss)) worst = std::max(worst, std::abs(loss));
    for (double& loss : losses_)
      if (!std::isfinite(loss)) loss = 2 * worst + 1;
    cma_.tell(points_, losses_);
    points_.clear();
    losses_.clear();
    if (!settings_.restarts || !cma_.should_stop()) return;
    ++restarts_;
    population_ *= 2;
    std::vector<double> mean;
    const RandomStream draws{seed_, Purpose::scrambling, restarts_};
    for (std::size_t i = 0; i < axes_.size(); ++i) mean.push_back(draws.uniform(i));
    cma_ = Cma{std::move(mean), settings_.sigma, population_};
  }

  Settings settings_;
  const Space& space_;
  std::uint64_t seed_;
  std::vector<std::size_t> axes_;  // the parameters that the distribution is over
  std::size_t population_;
  Cma cma_;
  std::uint64_t age_ = 0;
  std::uint64_t restarts_ = 0;
  std::map<std::uint32_t, Individual> running_;
  std::vector<std::vector<double>> points_;  // of this generation, at rest
  std::vector<double> losses_;
};

}  // namespace

std::unique_ptr<Sampler> make_cmaes(Reader& section, const SearchProblem& problem) {
  constexpr std::string_view restarts[] = {"ipop", "none"};
  CmaEs::Settings settings;
  if (section.has("population"))
    settings.population = static_cast<std::size_t>(section.integer("population", between(4, 1e6)));
  settings.sigma = section.number_or("sigma", settings.sigma, between(1e-6, 10));
  settings.restarts = section.one_of_or("restarts", "ipop", restarts) == "ipop";
  std::vector<std::size_t> axes;
  for (std::size_t i = 0; i < problem.space.size(); ++i) {
    const auto& parameter = problem.space.parameters[i];
    if (parameter.kind != ParameterKind::categorical && parameter.low < parameter.high) axes.push_back(i);
  }
  if (axes.empty()) {
    section.reject(rule_key(section),
                   "CMA-ES needs a parameter with an order (float, int or ordinal) to vary, and the space "
                   "has none; use tpe, gp or random");
    axes.push_back(0);
  }
  return std::make_unique<CmaEs>(settings, problem, std::move(axes));
}

}  // namespace campaign_sim
