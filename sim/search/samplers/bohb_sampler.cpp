// BOHB's sampler: kernel densities of good and bad configurations at the largest resource that has enough
// of them. With Hyperband around it, this is BOHB.
//
// Falkner, Klein and Hutter, ICML 2018, in the details of HpBandSter 0.7.4: a third of the configurations
// is random; the others are drawn around good ones, with bandwidths made wider, and the draw with the
// smallest ratio of the densities wins. What is inactive in an observation is filled in from another. Where
// we differ: docs/strategies.md.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "sim/config/reader.hpp"
#include "sim/search/model/kde.hpp"
#include "sim/search/model/normal.hpp"
#include "sim/search/sampler_makers.hpp"
#include "sim/search/samplers/draws.hpp"
#include "sim/search/samplers/trial_history.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

class BohbSampler final : public Sampler {
 public:
  struct Settings {
    std::size_t min_points_in_model = 0;
    int top_n_percent = 15;
    std::size_t num_samples = 64;
    double random_fraction = 1.0 / 3;
    double bandwidth_factor = 3;
  };

  BohbSampler(const Settings& settings, const SearchProblem& problem)
      : settings_{settings}, space_{problem.space}, seed_{problem.seed} {
    for (std::size_t i = 0; i < space_.size(); ++i) {
      const auto& parameter = space_.parameters[i];
      if (parameter.low == parameter.high) continue;
      axes_.push_back(i);
      const bool unordered = parameter.kind == ParameterKind::categorical;
      choices_.push_back(unordered ? static_cast<std::size_t>(parameter.high) + 1 : 0);
    }
  }

  std::optional<Configuration> propose(TrialId trial) override {
    Draws draws{seed_, trial};
    const bool at_random = draws.uniform() < settings_.random_fraction;
    if (!at_random) refit();
    Configuration configuration =
        at_random || !model_ ? random_configuration(space_, seed_, index(trial)) : model_based(trial, draws);
    history_.add(trial, configuration);
    return configuration;
  }

  void observe(TrialId trial, Resource resource, double loss) override {
    const auto slot = history_.slot(trial);
    if (!slot) return;
    losses_at_[resource].push_back({*slot, std::isfinite(loss) ? loss : INFINITY});
    changed_ = true;
  }

 private:
  struct Result {
    std::size_t slot;
    double loss;
  };
  struct Model {
    KernelDensity good;
    KernelDensity bad;
  };

  double coordinate(std::size_t slot, std::size_t axis) const {
    const double value = history_.trials()[slot].configuration.values[axes_[axis]];
    return choices_[axis] > 0 ? value : to_unit(space_.parameters[axes_[axis]], value);
  }

  KernelDensity density_of(const std::vector<Result>& results, const std::vector<std::size_t>& chosen) const {
    std::vector<std::vector<double>> points;
    for (const std::size_t i : chosen) {
      auto& point = points.emplace_back();
      for (std::size_t axis = 0; axis < axes_.size(); ++axis)
        point.push_back(coordinate(results[i].slot, axis));
    }
    fill_inactive(points, choices_, [&](std::size_t point, std::size_t axis) {
      const std::size_t slot = results[chosen[point]].slot;
      return RandomStream{seed_, Purpose::scrambling, slot}.uniform(axis);
    });
    return {std::move(points), choices_};
  }

  // The model of the largest resource that can have one: more than a point per axis on both sides.
  void refit() {
    if (!changed_) return;
    changed_ = false;
    for (auto it = losses_at_.rbegin(); it != losses_at_.rend(); ++it) {
      const auto& results = it->second;
      if (results.size() < settings_.min_points_in_model) continue;
      std::vector<double> losses;
      for (const auto& result : results) losses.push_back(result.loss);
      const auto split = split_for_density(losses, settings_.top_n_percent, settings_.min_points_in_model);
      if (split.good.size() <= axes_.size() || split.bad.size() <= axes_.size()) continue;
      model_ = Model{density_of(results, split.good), density_of(results, split.bad)};
      return;
    }
  }

  std::vector<double> draw(Draws& draws) const {
    const auto& centres = model_->good.points();
    const auto& centre = centres[draws.below(centres.size())];
    std::vector<double> point;
    for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
      const double bandwidth = model_->good.bandwidths()[axis];
      const double u = draws.uniform();
      const double v = draws.uniform();
      if (choices_[axis] == 0)
        point.push_back(cut_normal(centre[axis], settings_.bandwidth_factor * bandwidth, u));
      else
        point.push_back(u < 1 - bandwidth ? centre[axis]
                                          : std::floor(v * static_cast<double>(choices_[axis])));
    }
    return point;
  }

  Configuration configuration_at(const std::vector<double>& point) const {
    Configuration configuration;
    for (const auto& parameter : space_.parameters) configuration.values.push_back(parameter.low);
    for (std::size_t axis = 0; axis < axes_.size(); ++axis)
      configuration.values[axes_[axis]] =
          choices_[axis] > 0 ? point[axis] : from_unit(space_.parameters[axes_[axis]], point[axis]);
    deactivate(space_, configuration);
    return configuration;
  }

  Configuration model_based(TrialId trial, Draws& draws) const {
    std::optional<Configuration> best;
    double best_ratio = INFINITY;
    for (std::size_t j = 0; j < settings_.num_samples; ++j) {
      const auto point = draw(draws);
      const double ratio = density_ratio(model_->bad.density(point), model_->good.density(point));
      if (best && ratio >= best_ratio) continue;
      auto configuration = configuration_at(point);
      if (!space_.allows(configuration)) continue;
      best = std::move(configuration);
      best_ratio = ratio;
    }
    return best ? *best : random_configuration(space_, seed_, index(trial));
  }

  Settings settings_;
  const Space& space_;
  std::uint64_t seed_;
  std::vector<std::size_t> axes_;     // the parameters that vary
  std::vector<std::size_t> choices_;  // by axis; 0: numerical
  TrialHistory history_;
  std::map<Resource, std::vector<Result>> losses_at_;
  std::optional<Model> model_;
  bool changed_ = false;
};

}  // namespace

std::unique_ptr<Sampler> make_bohb_sampler(Reader& section, const SearchProblem& problem) {
  BohbSampler::Settings settings;
  const auto axes =
      std::ranges::count_if(problem.space.parameters, [](const Parameter& p) { return p.low < p.high; });
  const auto least = static_cast<std::int64_t>(axes) + 1;
  const auto points =
      section.integer_or("min_points_in_model", least, between(static_cast<double>(least), 1e6));
  settings.min_points_in_model = static_cast<std::size_t>(points);
  settings.top_n_percent = static_cast<int>(section.integer_or("top_n_percent", 15, between(1, 99)));
  settings.num_samples = static_cast<std::size_t>(section.integer_or("num_samples", 64, between(1, 1e6)));
  settings.random_fraction = section.number_or("random_fraction", 1.0 / 3, between(0, 1));
  settings.bandwidth_factor = section.number_or("bandwidth_factor", 3, between(0.01, 100));
  return std::make_unique<BohbSampler>(settings, problem);
}

}  // namespace campaign_sim
