// TPE: the split of the history, the Parzen estimators, the order of candidates.
#include "sim/search/model/parzen.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "sim/search/model/quick_order.hpp"
#include "sim/search/model/tpe_split.hpp"
#include "sim/search/samplers/tpe_axis.hpp"
#include "sim/search/transform.hpp"
#include "tests/support/shared_data.hpp"

using namespace campaign_sim;

namespace {

using nlohmann::json;

Parameter parameter_of(const std::string& name, const json& type) {
  Parameter p;
  p.name = name;
  if (type.at("type") == "cat") {
    p.kind = ParameterKind::categorical;
    p.choices = type.at("choices").get<std::vector<std::string>>();
    p.high = static_cast<double>(p.choices.size()) - 1;
    return p;
  }
  p.kind = type.at("type") == "int" ? ParameterKind::integer : ParameterKind::real;
  p.low = type.at("low");
  p.high = type.at("high");
  p.log = type.at("log");
  if (!type.at("step").is_null()) p.step = type.at("step");
  return p;
}

// The golden densities are over the parameter's scale, ours over the unit interval.
double log_range(const Parameter& p) {
  if (p.is_choice() || p.kind == ParameterKind::integer || p.step > 0) return 0;
  return std::log(p.log ? std::log(p.high) - std::log(p.low) : p.high - p.low);
}

// A place on the unit interval in the parameter's own scale.
struct Scale {
  double low, high;
  explicit Scale(const Parameter& p) {
    const double half = p.kind == ParameterKind::integer ? std::max(p.step, 1.0) / 2 : p.step / 2;
    low = p.log ? std::log(p.low - half) : p.low - half;
    high = p.log ? std::log(p.high + half) : p.high + half;
  }
  double range() const { return high - low; }
  double at(double unit) const { return low + unit * range(); }
};

struct History {
  std::vector<Parameter> parameters;
  std::vector<std::vector<double>> observed;   // [parameter][trial]
  std::vector<std::vector<Place>> candidates;  // [candidate][parameter]
};

History history_of(const json& c, const std::vector<std::string>& names) {
  History history;
  const std::size_t candidates = c.at("candidates").at(names.front()).size();
  history.candidates.resize(candidates);
  for (const auto& name : names) {
    const auto& p = history.parameters.emplace_back(parameter_of(name, c.at("space").at(name)));
    auto& column = history.observed.emplace_back();
    for (const double value : c.at("observed").at(name).get<std::vector<double>>())
      column.push_back(place_of(p, value).at);
    for (std::size_t j = 0; j < candidates; ++j)
      history.candidates[j].push_back(place_of(p, c.at("candidates").at(name)[j]));
  }
  return history;
}

// The estimator's kernels, and the log densities of the candidates, for the trials in `group`.
std::vector<double> univariate(const History& history, const std::vector<std::size_t>& group,
                               const json* kernels, const json* kernel_weights) {
  const Parameter& p = history.parameters.front();
  const auto weights = observation_weights(group.size());
  std::vector<std::size_t> order(group.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (p.kind != ParameterKind::categorical) {
    std::vector<double> places;
    for (const std::size_t trial : group) places.push_back(history.observed[0][trial]);
    order = quick_order(places);
  }
  std::vector<Observation> observations;
  for (const std::size_t k : order) observations.push_back({history.observed[0][group[k]], weights[k]});
  const UnivariateParzen estimator{axis_of(p), observations};
  if (kernels && p.kind != ParameterKind::categorical) {
    const Scale scale{p};
    order.push_back(group.size());  // the prior's
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto& [centre, width, weight] = estimator.kernels()[i];
      CHECK(scale.at(centre) == Approx((*kernels)[0].at("mu")[order[i]].get<double>()).epsilon(1e-9));
      CHECK(width * scale.range() == Approx((*kernels)[0].at("sigma")[order[i]].get<double>()).epsilon(1e-9));
      CHECK(weight == Approx((*kernel_weights)[order[i]].get<double>()).epsilon(1e-12));
    }
  }
  std::vector<double> result;
  for (const auto& candidate : history.candidates)
    result.push_back(std::log(estimator.density(candidate[0])) - log_range(p));
  return result;
}

std::vector<double> joint(const History& history, const std::vector<std::size_t>& group, const json* kernels,
                          const json* kernel_weights) {
  std::vector<ParzenAxis> axes;
  std::vector<std::vector<double>> columns;
  double log_volume = 0;
  for (std::size_t i = 0; i < history.parameters.size(); ++i) {
    axes.push_back(axis_of(history.parameters[i]));
    log_volume += log_range(history.parameters[i]);
    auto& column = columns.emplace_back();
    for (const std::size_t trial : group) column.push_back(history.observed[i][trial]);
  }
  const JointParzen estimator{axes, columns, observation_weights(group.size())};
  if (kernels) {
    for (std::size_t i = 0; i < axes.size(); ++i) {
      if (axes[i].kind == AxisKind::categorical) continue;
      const Scale scale{history.parameters[i]};
      const auto& sigma = (*kernels)[i].at("sigma");
      for (std::size_t k = 0; k + 1 < sigma.size(); ++k)
        CHECK(estimator.width() * scale.range() == Approx(sigma[k].get<double>()).epsilon(1e-9));
    }
    for (std::size_t k = 0; k < estimator.weights().size(); ++k)
      CHECK(estimator.weights()[k] == Approx((*kernel_weights)[k].get<double>()).epsilon(1e-12));
  }
  auto result = estimator.log_densities(history.candidates);
  for (double& log_density : result) log_density -= log_volume;
  return result;
}

}  // namespace

TEST_CASE("the split of the history and the weights agree with the golden table") {
  const auto family = testing::oracle("tpe_split");
  if (!family) return;
  for (const auto& c : family->at("cases")) {
    const std::size_t n = c.at("n");
    CAPTURE(n);
    const auto& expected = c.at("expected");
    CHECK(optuna_good_trials(n) == expected.at("optuna_n_below").get<std::size_t>());
    CHECK(hyperopt_good_trials(n) == expected.at("hyperopt_n_below").get<std::size_t>());
    const auto weights = observation_weights(n);
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    CHECK(sum == Approx(expected.at("weights_sum").get<double>()).epsilon(1e-12));
    const auto first = expected.at("weights_first").get<std::vector<double>>();
    const auto last = expected.at("weights_last").get<std::vector<double>>();
    for (std::size_t i = 0; i < first.size(); ++i) CHECK(weights[i] == Approx(first[i]).epsilon(1e-12));
    for (std::size_t i = 0; i < last.size(); ++i)
      CHECK(weights[n - last.size() + i] == Approx(last[i]).epsilon(1e-12));
  }
}

TEST_CASE("Parzen estimators and the order of candidates agree with the golden table") {
  const auto family = testing::oracle("tpe_parzen");
  if (!family) return;
  std::size_t number = 0;
  for (const auto& c : family->at("cases")) {
    const auto losses = c.at("value").get<std::vector<double>>();
    const auto& expected = c.at("expected");
    CAPTURE(number++, c.at("mode").dump(), c.at("space").dump());

    std::vector<std::size_t> order(losses.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return losses[i]; });
    const std::size_t good = optuna_good_trials(losses.size());
    CHECK(good == expected.at("n_below").get<std::size_t>());
    std::vector<std::size_t> below(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(good));
    std::vector<std::size_t> above(order.begin() + static_cast<std::ptrdiff_t>(good), order.end());
    std::ranges::sort(below);
    std::ranges::sort(above);
    CHECK(below == expected.at("below").get<std::vector<std::size_t>>());

    for (const auto& estimator : expected.at("estimators")) {
      const auto history = history_of(c, estimator.at("params").get<std::vector<std::string>>());
      const auto density = c.at("mode") == "univariate" ? univariate : joint;
      const auto log_l =
          density(history, below, &estimator.at("kernels_below"), &estimator.at("kernel_weights_below"));
      const auto log_g = density(history, above, nullptr, nullptr);
      for (std::size_t j = 0; j < log_l.size(); ++j) {
        CHECK(std::abs(log_l[j] - estimator.at("log_l")[j].get<double>()) <= 1e-9);
        CHECK(std::abs(log_g[j] - estimator.at("log_g")[j].get<double>()) <= 1e-9);
      }
      // The order is exact wherever two candidates differ by more than the tolerance.
      const auto golden = estimator.at("order").get<std::vector<std::size_t>>();
      const auto score = [&](std::size_t j) { return log_l[j] - log_g[j]; };
      for (std::size_t k = 0; k + 1 < golden.size(); ++k)
        CHECK(score(golden[k]) > score(golden[k + 1]) - 1e-9);
      const double best = score(estimator.at("best_candidate").get<std::size_t>());
      for (std::size_t j = 0; j < log_l.size(); ++j) CHECK(score(j) <= best + 1e-9);
    }
  }
}

TEST_CASE("the Parzen estimators of Optuna 3.1 have its widths and its densities") {
  // Printed by _ParzenEstimator of Optuna 3.1.0 for these observations: widths as part of the range, and
  // log densities over the parameter's own scale.
  struct Axis {
    Parameter parameter;
    std::vector<double> observed, candidates, widths, log_densities;
  };
  Parameter x;
  x.high = 10;
  Parameter y;
  y.low = 1e-4;
  y.high = 1;
  y.log = true;
  Parameter n;
  n.kind = ParameterKind::integer;
  n.low = 1;
  n.high = 64;
  n.log = true;
  const std::vector<Axis> axes = {
      {x,
       {1, 2.5, 4, 6.5, 9, 9.5},
       {.5, 3, 5, 9.9},
       {0.15, 0.15, 0.15, 0.25, 0.25, 0.125},
       {-1.432311119821, -1.177883934326, -1.244404293677, -1.136723686038}},
      {y,
       {1e-3, .2, .004, .5, .05, 2e-4},
       {3e-4, .01, .1, .9},
       {0.174742501084, 0.150514997832, 0.150514997832, 0.125, 0.174742501084, 0.174742501084},
       {-1.279234054421, -1.333046355497, -1.238945490999, -1.391142684926}},
      {n,
       {1, 3, 4, 17, 40, 64},
       {1, 2, 20, 60},
       {0.2260606371724, 0.2260606371724, 0.125, 0.2256165940585, 0.1760697818891, 0.125},
       {-1.346611271412, -1.188560757539, -1.2029134707, -1.047636462705}}};
  const std::vector<double> joint_log_densities = {-1.981441792936, -1.826825151129, -1.855205030105,
                                                   -2.163678515591};
  const ParzenRule rule = ParzenRule::optuna_3_1;
  std::vector<ParzenAxis> all;
  std::vector<std::vector<double>> columns;
  std::vector<std::vector<Place>> candidates(joint_log_densities.size());
  for (const auto& [parameter, observed, wanted, widths, log_densities] : axes) {
    auto& column = columns.emplace_back();
    for (const double value : observed) column.push_back(place_of(parameter, value).at);
    all.push_back(axis_of(parameter, rule));
    const auto order = quick_order(column);
    std::vector<Observation> observations;
    for (const std::size_t k : order) observations.push_back({column[k], 1});
    const UnivariateParzen estimator{all.back(), observations, rule};
    for (std::size_t i = 0; i < order.size(); ++i)
      CHECK(estimator.kernels()[i].width == Approx(widths[order[i]]).epsilon(1e-9));
    for (std::size_t j = 0; j < wanted.size(); ++j) {
      candidates[j].push_back(place_of(parameter, wanted[j]));
      CHECK(std::log(estimator.density(candidates[j].back())) == Approx(log_densities[j]).epsilon(1e-9));
    }
  }
  const JointParzen joint{all, columns, observation_weights(6), rule};
  const auto log_densities = joint.log_densities(candidates);
  for (std::size_t j = 0; j < log_densities.size(); ++j)
    CHECK(log_densities[j] == Approx(joint_log_densities[j]).epsilon(1e-9));
}
