// Tree-structured Parzen estimator.
//
// Bergstra et al., NIPS 2011; in detail Optuna 4.9's TPESampler: trials at rest are ranked by resource
// (most first) and loss, min(⌈n/10⌉, 25) of them are good, both groups get a Parzen estimator, and of
// `n_ei_candidates` draws from the good one the draw with the largest ratio of densities wins; each
// parameter by itself, or (`multivariate`) all parameters without a condition together. The first
// `n_startup_trials` are random. `constant_liar`: trials that still run count as bad.
// `variant: hyperopt`: Optuna's hyperopt_parameters(), min(⌈√n/4⌉, 25) good ones and 20 random trials.
// `variant: optuna_3.1`: the Parzen estimators of Optuna 3.1 to 3.4, which many a published search used.
#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

#include "sim/config/reader.hpp"
#include "sim/search/model/parzen.hpp"
#include "sim/search/model/quick_order.hpp"
#include "sim/search/model/tpe_split.hpp"
#include "sim/search/sampler_makers.hpp"
#include "sim/search/samplers/draws.hpp"
#include "sim/search/samplers/tpe_axis.hpp"
#include "sim/search/samplers/trial_history.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

// Repeated values, common on a grid, lie in the order that Optuna's sorting leaves them in.
std::vector<Observation> in_quick_order(const std::vector<Observation>& observations) {
  std::vector<double> places;
  for (const auto& observation : observations) places.push_back(observation.at);
  std::vector<Observation> result;
  for (const std::size_t i : quick_order(places)) result.push_back(observations[i]);
  return result;
}

enum class Group : std::uint8_t { neither, good, bad };

class Tpe final : public Sampler {
 public:
  struct Settings {
    std::size_t n_startup_trials = 10;
    std::size_t n_ei_candidates = 24;
    bool multivariate = false;
    bool constant_liar = false;
    std::size_t (*good_trials)(std::size_t) = optuna_good_trials;
    ParzenRule rule = ParzenRule::optuna_4_9;
  };

  Tpe(const Settings& settings, const SearchProblem& problem)
      : settings_{settings}, space_{problem.space}, seed_{problem.seed} {
    for (std::size_t i = 0; i < space_.size(); ++i) {
      const auto& parameter = space_.parameters[i];
      auto& column = columns_.emplace_back();
      column.parameter = i;
      column.axis = axis_of(parameter, settings.rule);
      column.together = settings.multivariate && !parameter.when;
      // A parameter with one value has nothing to model.
      column.modelled = parameter.low < parameter.high;
    }
  }

  std::optional<Configuration> propose(TrialId trial) override {
    Configuration configuration = history_.at_rest() < settings_.n_startup_trials
                                      ? random_configuration(space_, seed_, index(trial))
                                      : model_based(trial);
    remember(trial, configuration);
    return configuration;
  }

  void observe(TrialId trial, Resource resource, double loss) override {
    const auto slot = history_.slot(trial);
    // A paused trial that went on has a better rank to get.
    if (slot && history_.trials()[*slot].at_rest) unrank(*slot);
    history_.observe(trial, resource, loss);
    if (slot && history_.trials()[*slot].at_rest) rank(*slot);
  }

  void finish(TrialId trial) override {
    if (const auto slot = history_.finish(trial)) rank(*slot);
  }

 private:
  // One parameter's values in the whole history.
  struct Column {
    std::size_t parameter = 0;
    ParzenAxis axis;
    bool together = false;
    bool modelled = true;
    std::vector<double> at;                              // by slot; nan where inactive
    std::vector<std::pair<double, std::size_t>> sorted;  // place and slot of the active ones
  };
  struct Pair {
    UnivariateParzen good;
    UnivariateParzen bad;
  };

  auto key(std::size_t slot) const {
    const auto& past = history_.trials()[slot];
    return std::tuple{-past.resource, past.loss, slot};
  }
  void rank(std::size_t slot) {
    const auto by_key = [&](std::size_t k) { return key(k); };
    ranking_.insert(std::ranges::upper_bound(ranking_, key(slot), {}, by_key), slot);
  }
  void unrank(std::size_t slot) { ranking_.erase(std::ranges::find(ranking_, slot)); }

  void remember(TrialId trial, const Configuration& configuration) {
    const std::size_t slot = history_.trials().size();
    history_.add(trial, configuration);
    for (auto& column : columns_) {
      const double value = configuration.values[column.parameter];
      const bool active = !std::isnan(value);
      column.at.push_back(active ? place_of(space_.parameters[column.parameter], value).at : inactive);
      if (!active) continue;
      const std::pair entry{column.at.back(), slot};
      column.sorted.insert(std::ranges::upper_bound(column.sorted, entry), entry);
    }
  }

  std::vector<Group> groups() const {
    std::vector<Group> result(history_.trials().size(),
                              settings_.constant_liar ? Group::bad : Group::neither);
    for (const std::size_t slot : ranking_) result[slot] = Group::bad;
    const std::size_t good = settings_.good_trials(ranking_.size());
    for (std::size_t k = 0; k < good; ++k) result[ranking_[k]] = Group::good;
    return result;
  }

  // What weighs by age: each trial's place among those of its group that have the parameter.
  Pair estimators(const Column& column, const std::vector<Group>& groups) const {
    std::array<std::size_t, 3> count{};
    std::vector<std::size_t> age(groups.size());
    for (std::size_t slot = 0; slot < groups.size(); ++slot)
      if (!std::isnan(column.at[slot])) age[slot] = count[static_cast<std::size_t>(groups[slot])]++;
    std::vector<Observation> good;
    std::vector<Observation> bad;
    bad.reserve(count[static_cast<std::size_t>(Group::bad)]);
    const auto weigh = [&](double at, std::size_t slot) {
      const Group group = groups[slot];
      if (group == Group::neither) return;
      const double weight = observation_weight(age[slot], count[static_cast<std::size_t>(group)]);
      (group == Group::good ? good : bad).push_back({at, weight});
    };
    if (column.axis.kind == AxisKind::grid) {
      for (std::size_t slot = 0; slot < groups.size(); ++slot)
        if (!std::isnan(column.at[slot])) weigh(column.at[slot], slot);
      good = in_quick_order(good);
      bad = in_quick_order(bad);
    } else {
      for (const auto& [at, slot] : column.sorted) weigh(at, slot);
    }
    return {UnivariateParzen{column.axis, good, settings_.rule},
            UnivariateParzen{column.axis, bad, settings_.rule}};
  }

  JointParzen joint_estimator(const std::vector<Group>& groups, Group wanted) const {
    std::vector<ParzenAxis> axes;
    std::vector<std::vector<double>> columns;
    for (const auto& column : columns_) {
      if (!column.together || !column.modelled) continue;
      axes.push_back(column.axis);
      auto& places = columns.emplace_back();
      for (std::size_t slot = 0; slot < groups.size(); ++slot)
        if (groups[slot] == wanted) places.push_back(column.at[slot]);
    }
    const auto size = static_cast<std::size_t>(std::ranges::count(groups, wanted));
    return {std::move(axes), std::move(columns), observation_weights(size), settings_.rule};
  }

  double best_draw(const Column& column, const Pair& pair, Draws& draws) const {
    const auto& parameter = space_.parameters[column.parameter];
    double best_ratio = -1;
    double best_value = parameter.low;
    for (std::size_t j = 0; j < settings_.n_ei_candidates; ++j) {
      const double which = draws.uniform();
      const double value = value_of(parameter, pair.good.draw(which, draws.uniform()));
      const Place place = place_of(parameter, value);
      const double ratio = pair.good.density(place) / pair.bad.density(place);
      if (ratio > best_ratio) {
        best_ratio = ratio;
        best_value = value;
      }
    }
    return best_value;
  }

  void best_joint_draw(const JointParzen& good, const JointParzen& bad, Draws& draws,
                       Configuration& configuration) const {
    std::vector<std::vector<double>> values;
    std::vector<std::vector<Place>> candidates;
    for (std::size_t j = 0; j < settings_.n_ei_candidates; ++j) {
      std::vector<double> uniforms(space_.size() + 1);
      for (double& uniform : uniforms) uniform = draws.uniform();
      const auto places = good.draw(uniforms);
      auto& value = values.emplace_back();
      auto& candidate = candidates.emplace_back();
      for (const auto& column : columns_) {
        if (!column.together || !column.modelled) continue;
        const auto& parameter = space_.parameters[column.parameter];
        value.push_back(value_of(parameter, places[value.size()]));
        candidate.push_back(place_of(parameter, value.back()));
      }
    }
    const auto log_good = good.log_densities(candidates);
    const auto log_bad = bad.log_densities(candidates);
    std::size_t best = 0;
    for (std::size_t j = 1; j < candidates.size(); ++j)
      if (log_good[j] - log_bad[j] > log_good[best] - log_bad[best]) best = j;
    std::size_t next = 0;
    for (const auto& column : columns_)
      if (column.together && column.modelled) configuration.values[column.parameter] = values[best][next++];
  }

  Configuration model_based(TrialId trial) const {
    const auto group_of = groups();
    std::vector<std::optional<Pair>> pairs;
    bool together = false;
    for (const auto& column : columns_) {
      auto& pair = pairs.emplace_back();
      if (!column.modelled) continue;
      together = together || column.together;
      if (!column.together) pair = estimators(column, group_of);
    }
    std::optional<JointParzen> good;
    std::optional<JointParzen> bad;
    if (together) {
      good = joint_estimator(group_of, Group::good);
      bad = joint_estimator(group_of, Group::bad);
    }
    Draws draws{seed_, trial};
    for (int attempt = 0; attempt < most_model_redraws; ++attempt) {
      Configuration configuration;
      for (const auto& parameter : space_.parameters) configuration.values.push_back(parameter.low);
      if (together) best_joint_draw(*good, *bad, draws, configuration);
      for (std::size_t i = 0; i < columns_.size(); ++i)
        if (pairs[i]) configuration.values[columns_[i].parameter] = best_draw(columns_[i], *pairs[i], draws);
      deactivate(space_, configuration);
      if (space_.allows(configuration)) return configuration;
    }
    return random_configuration(space_, seed_, index(trial));
  }

  Settings settings_;
  const Space& space_;
  std::uint64_t seed_;
  TrialHistory history_;
  std::vector<Column> columns_;
  std::vector<std::size_t> ranking_;  // slots of the trials at rest, best first
};

}  // namespace

std::unique_ptr<Sampler> make_tpe(Reader& section, const SearchProblem& problem) {
  constexpr std::string_view variants[] = {"optuna", "hyperopt", "optuna_3.1"};
  constexpr double most = 1e6;
  Tpe::Settings settings;
  const std::string variant = section.one_of_or("variant", "optuna", variants);
  const bool hyperopt = variant == "hyperopt";
  if (hyperopt) settings.good_trials = hyperopt_good_trials;
  if (variant == "optuna_3.1") settings.rule = ParzenRule::optuna_3_1;
  settings.n_startup_trials =
      static_cast<std::size_t>(section.integer_or("n_startup_trials", hyperopt ? 20 : 10, between(0, most)));
  settings.n_ei_candidates =
      static_cast<std::size_t>(section.integer_or("n_ei_candidates", 24, between(1, most)));
  settings.multivariate = section.flag_or("multivariate", false);
  settings.constant_liar = section.flag_or("constant_liar", false);
  return std::make_unique<Tpe>(settings, problem);
}

}  // namespace campaign_sim
