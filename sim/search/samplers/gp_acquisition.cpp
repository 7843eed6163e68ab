#include "sim/search/samplers/gp_acquisition.hpp"

#include <algorithm>
#include <cmath>

#include "sim/search/model/minimise.hpp"
#include "sim/search/model/normal.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

constexpr std::size_t random_candidates = 400;
constexpr std::size_t near_candidates = 40;  // around each of the good configurations
constexpr std::size_t searches = 4;
constexpr int most_rounds = 4;
constexpr int most_evaluations = 30;

bool is_continuous(const Parameter& parameter) {
  return parameter.kind == ParameterKind::real && parameter.step <= 0 && parameter.low < parameter.high;
}

}  // namespace

double Acquisition::value(const Posterior& loss, double best) const {
  switch (kind) {
    case AcquisitionKind::log_ei:
      return log_expected_improvement(loss, best);
    case AcquisitionKind::ei:
      return expected_improvement(loss, best);
    case AcquisitionKind::pi:
      return probability_of_improvement(loss, best);
    case AcquisitionKind::lcb:
      break;
  }
  return -lower_confidence_bound(loss, deviations);
}

Acquisition::Slope Acquisition::slope(const Posterior& loss, double best) const {
  const double deviation = std::max(loss.deviation, 1e-12);
  const double z = (best - loss.mean) / deviation;
  switch (kind) {
    case AcquisitionKind::log_ei: {
      const double by_z = log_standard_improvement_slope(z);
      return {-by_z / deviation, (1 - by_z * z) / deviation};
    }
    case AcquisitionKind::ei:
      return {-normal_distribution(z), normal_density(z)};
    case AcquisitionKind::pi:
      return {-normal_density(z) / deviation, -normal_density(z) * z / deviation};
    case AcquisitionKind::lcb:
      break;
  }
  return {-1, deviations};
}

AcquisitionSearch::AcquisitionSearch(const Space& space, const GpFeatures& features,
                                     const GaussianProcess& gp, const Acquisition& acquisition, double best,
                                     std::optional<LogCost> cost)
    : space_{space}, features_{features}, gp_{gp}, acquisition_{acquisition}, best_{best}, cost_{cost} {}

std::optional<Configuration> AcquisitionSearch::maximum(std::span<const Configuration> good,
                                                        Draws& draws) const {
  auto rated = rate(candidates(good, draws));
  if (rated.empty()) return std::nullopt;
  const auto better = [](const Rated& a, const Rated& b) { return a.value > b.value; };
  std::ranges::stable_sort(rated, better);
  const std::size_t starts = std::min(searches, rated.size());
  for (std::size_t i = 0; i < starts; ++i) {
    for (int round = 0; round < most_rounds; ++round) {
      climb(rated[i]);
      if (!step_to_neighbour(rated[i])) break;
    }
  }
  return std::ranges::min_element(rated.begin(), rated.begin() + static_cast<std::ptrdiff_t>(starts), better)
      ->configuration;
}

std::vector<Configuration> AcquisitionSearch::candidates(std::span<const Configuration> good,
                                                         Draws& draws) const {
  std::vector<Configuration> result;
  std::vector<double> unit(space_.size());
  const auto keep = [&] {
    auto configuration = from_unit(space_, unit);
    if (space_.allows(configuration)) result.push_back(std::move(configuration));
  };
  for (std::size_t k = 0; k < random_candidates; ++k) {
    for (double& u : unit) u = draws.uniform();
    keep();
  }
  for (const auto& centre : good) {
    const auto at = to_unit(space_, centre);
    for (std::size_t k = 0; k < near_candidates; ++k) {
      const double reach = k % 2 == 0 ? 0.1 : 0.01;  // of the range, far and near in turn
      for (std::size_t i = 0; i < unit.size(); ++i) {
        const double step = reach * draws.normal();
        const double fresh = draws.uniform();
        const bool redraw = std::isnan(at[i]) || (space_.parameters[i].kind == ParameterKind::categorical &&
                                                  draws.uniform() < 0.2);
        unit[i] = redraw ? fresh : std::clamp(at[i] + step, 0.0, 1.0);
        if (!redraw && space_.parameters[i].kind == ParameterKind::categorical) unit[i] = at[i];
      }
      keep();
    }
  }
  return result;
}

std::vector<AcquisitionSearch::Rated> AcquisitionSearch::rate(
    std::vector<Configuration> configurations) const {
  std::vector<std::vector<double>> points;
  for (const auto& configuration : configurations) points.push_back(features_.of(configuration));
  const auto posteriors = gp_.posterior(points);
  const auto costs = cost_ ? cost_->process->posterior(points) : std::vector<Posterior>{};
  std::vector<Rated> result;
  for (std::size_t i = 0; i < configurations.size(); ++i)
    result.push_back({std::move(configurations[i]), acquisition_.value(posteriors[i], best_)});
  for (std::size_t i = 0; i < costs.size(); ++i) result[i].value -= cost_->deviation * costs[i].mean;
  return result;
}

void AcquisitionSearch::climb(Rated& rated) const {
  std::vector<std::size_t> reals;
  std::vector<double> start;
  for (std::size_t i = 0; i < space_.size(); ++i) {
    if (!is_continuous(space_.parameters[i]) || std::isnan(rated.configuration.values[i])) continue;
    reals.push_back(i);
    start.push_back(to_unit(space_.parameters[i], rated.configuration.values[i]));
  }
  if (reals.empty()) return;
  auto point = features_.of(rated.configuration);
  const SmoothFunction loss = [&](std::span<const double> at, std::span<double> gradient) {
    for (std::size_t k = 0; k < reals.size(); ++k) point[features_.column_of(reals[k])] = at[k];
    const auto here = gp_.slope(point);
    const auto slope = acquisition_.slope(here.posterior, best_);
    for (std::size_t k = 0; k < reals.size(); ++k) {
      const std::size_t column = features_.column_of(reals[k]);
      gradient[k] = -(slope.by_mean * here.of_mean[column] + slope.by_deviation * here.of_deviation[column]);
    }
    double value = acquisition_.value(here.posterior, best_);
    if (cost_) {
      const auto cost = cost_->process->slope(point);
      value -= cost_->deviation * cost.posterior.mean;
      for (std::size_t k = 0; k < reals.size(); ++k)
        gradient[k] += cost_->deviation * cost.of_mean[features_.column_of(reals[k])];
    }
    return -value;
  };
  const Box box{std::vector<double>(reals.size(), 0.0), std::vector<double>(reals.size(), 1.0)};
  const auto found = minimise(loss, start, box, most_evaluations);
  if (!(-found.value > rated.value)) return;
  auto moved = rated.configuration;
  for (std::size_t k = 0; k < reals.size(); ++k)
    moved.values[reals[k]] = from_unit(space_.parameters[reals[k]], found.at[k]);
  if (space_.allows(moved)) rated = {std::move(moved), -found.value};
}

bool AcquisitionSearch::step_to_neighbour(Rated& rated) const {
  std::vector<Configuration> neighbours;
  for (std::size_t i = 0; i < space_.size(); ++i) {
    const auto& parameter = space_.parameters[i];
    const double now = rated.configuration.values[i];
    if (is_continuous(parameter) || parameter.low == parameter.high || std::isnan(now)) continue;
    std::vector<double> values;
    const double step = parameter.step > 0 ? parameter.step : 1;
    constexpr std::uint64_t few = 12;
    const std::uint64_t count = *number_of_values(parameter);
    if (parameter.kind == ParameterKind::categorical || count <= few) {
      for (std::uint64_t k = 0; k < count; ++k) values.push_back(value_at(parameter, k));
    } else {
      const double far = step * std::round(static_cast<double>(count) / 20);
      for (const double by : {-far, -step, step, far})
        values.push_back(std::clamp(now + by, parameter.low, parameter.high));
    }
    for (const double value : values) {
      if (value == now) continue;
      auto moved = rated.configuration;
      moved.values[i] = value;
      // Where the choice makes other parameters active, they start in the middle.
      for (std::size_t k = i + 1; k < space_.size(); ++k)
        if (std::isnan(moved.values[k]) && is_active(space_, moved, k))
          moved.values[k] = from_unit(space_.parameters[k], 0.5);
      deactivate(space_, moved);
      if (space_.allows(moved)) neighbours.push_back(std::move(moved));
    }
  }
  bool improved = false;
  for (auto& neighbour : rate(std::move(neighbours))) {
    if (!(neighbour.value > rated.value)) continue;
    rated = std::move(neighbour);
    improved = true;
  }
  return improved;
}

}  // namespace campaign_sim
