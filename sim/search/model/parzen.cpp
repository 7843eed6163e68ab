#include "sim/search/model/parzen.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "sim/core/expect.hpp"
#include "sim/search/model/normal.hpp"

namespace campaign_sim {

namespace {

const double sqrt_two_pi = std::sqrt(2 * std::numbers::pi);

// Beyond so many widths a kernel adds less than 1e-21 of its peak: nothing, beside the prior's share.
constexpr double far_away = 10;

constexpr double prior_centre = 0.5;
constexpr double prior_width = 1;

using ConstArray = Eigen::Map<const Eigen::ArrayXd>;

ConstArray array(const std::vector<double>& numbers, std::size_t first, std::size_t last) {
  return {numbers.data() + first, static_cast<Eigen::Index>(last - first)};
}

// The mass of a normal within the unit interval; 1 to the last bit for most narrow ones.
double mass_inside(double centre, double width) {
  if (std::min(centre, 1 - centre) > far_away * width) return 1;
  return normal_mass(-centre / width, (1 - centre) / width);
}

double cell_mass(double centre, double width, const Place& place) {
  return normal_mass((place.low - centre) / width, (place.high - centre) / width);
}

// Of a normal's density in its middle; on a grid masses take its place.
double peak_of(AxisKind kind, double width, ParzenRule rule) {
  if (kind != AxisKind::continuous) return 1;
  return 1 / (sqrt_two_pi * (rule == ParzenRule::optuna_3_1 ? 1 : width));
}

// The larger gap between a place and its neighbours. The ends of the range are neighbours only where there is
// no other.
double larger_gap(const std::vector<double>& places, std::size_t k) {
  const bool alone = places.size() == 1;
  const double before = k > 0 ? places[k] - places[k - 1] : alone ? places[k] : 0;
  const double after = k + 1 < places.size() ? places[k + 1] - places[k] : alone ? 1 - places[k] : 0;
  return std::max(before, after);
}

std::vector<double> cumulative_sum(std::span<const double> weights) {
  std::vector<double> sums(weights.size());
  std::partial_sum(weights.begin(), weights.end(), sums.begin());
  return sums;
}

std::size_t choose(const std::vector<double>& cumulative, double uniform) {
  const auto it = std::ranges::upper_bound(cumulative, uniform * cumulative.back());
  return std::min(static_cast<std::size_t>(it - cumulative.begin()), cumulative.size() - 1);
}

}  // namespace

double smallest_width(std::size_t observations) {
  return 1 / std::min(100.0, static_cast<double>(observations) + 2);
}

UnivariateParzen::UnivariateParzen(ParzenAxis axis, std::span<const Observation> observations,
                                   ParzenRule rule)
    : axis_{axis} {
  if (axis.kind == AxisKind::categorical) {
    build_categorical(observations);
  } else {
    build_numerical(observations, rule);
    prepare_densities(rule);
  }
}

void UnivariateParzen::build_categorical(std::span<const Observation> observations) {
  const double share = 1 / (static_cast<double>(observations.size()) + 1);
  const auto choices = static_cast<double>(axis_.choices);
  double total = 1;  // the prior's weight
  for (const auto& observation : observations) total += observation.weight;
  const double everywhere = ((total - 1) * share / (1 + choices * share) + 1 / choices) / total;
  probabilities_.assign(axis_.choices, everywhere);
  for (const auto& [at, weight] : observations)
    probabilities_[static_cast<std::size_t>(at)] += weight / total / (1 + choices * share);
}

void UnivariateParzen::build_numerical(std::span<const Observation> observations, ParzenRule rule) {
  CS_EXPECT(std::ranges::is_sorted(observations, {}, &Observation::at));
  const std::size_t n = observations.size();
  double total = 1;
  for (const auto& observation : observations) total += observation.weight;

  std::vector<double> places;
  places.reserve(n + 1);
  for (const auto& observation : observations) places.push_back(observation.at);
  std::size_t prior = n;  // where it stands among the places
  if (rule == ParzenRule::optuna_3_1) {
    const auto at = std::ranges::upper_bound(places, prior_centre);
    prior = static_cast<std::size_t>(at - places.begin());
    places.insert(at, prior_centre);
  }
  kernels_.reserve(n + 1);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t k = i < prior ? i : i + 1;
    const double width = std::clamp(larger_gap(places, k), smallest_width(n), 1.0);
    kernels_.push_back({observations[i].at, width, observations[i].weight / total});
  }
  kernels_.push_back({prior_centre, prior_width, 1 / total});
}

void UnivariateParzen::prepare_densities(ParzenRule rule) {
  const std::size_t n = kernels_.size() - 1;
  narrow_width_ = smallest_width(n);
  for (std::size_t i = 0; i <= n; ++i) {
    const auto& [centre, width, weight] = kernels_[i];
    const double factor = weight * peak_of(axis_.kind, width, rule) / mass_inside(centre, width);
    const bool narrow = i < n && width == narrow_width_;
    auto& centres = narrow ? narrow_centre_ : wide_centre_;
    auto& factors = narrow ? narrow_factor_ : wide_factor_;
    if (axis_.kind == AxisKind::grid && !centres.empty() && centres.back() == centre &&
        (narrow || wide_width_.back() == width)) {
      factors.back() += factor;  // the same kernel again: a grid has few values
      continue;
    }
    centres.push_back(centre);
    factors.push_back(factor);
    if (!narrow) wide_width_.push_back(width);
  }
}

double UnivariateParzen::continuous_density(double at) const {
  const auto begin = std::ranges::lower_bound(narrow_centre_, at - far_away * narrow_width_);
  const auto end = std::ranges::upper_bound(narrow_centre_, at + far_away * narrow_width_);
  const auto first = static_cast<std::size_t>(begin - narrow_centre_.begin());
  const auto last = static_cast<std::size_t>(end - narrow_centre_.begin());
  double sum = 0;
  if (first < last) {
    const double scale = -0.5 / (narrow_width_ * narrow_width_);
    sum = ((array(narrow_centre_, first, last) - at).square() * scale)
              .exp()
              .matrix()
              .dot(array(narrow_factor_, first, last).matrix());
  }
  const auto wide = wide_centre_.size();
  return sum + ((((array(wide_centre_, 0, wide) - at) / array(wide_width_, 0, wide)).square() * -0.5).exp() *
                array(wide_factor_, 0, wide))
                   .sum();
}

double UnivariateParzen::grid_mass(const Place& place) const {
  const auto begin = std::ranges::lower_bound(narrow_centre_, place.low - far_away * narrow_width_);
  const auto end = std::ranges::upper_bound(narrow_centre_, place.high + far_away * narrow_width_);
  double sum = 0;
  for (auto it = begin; it < end; ++it)
    sum += narrow_factor_[static_cast<std::size_t>(it - narrow_centre_.begin())] *
           cell_mass(*it, narrow_width_, place);
  for (std::size_t i = 0; i < wide_centre_.size(); ++i)
    sum += wide_factor_[i] * cell_mass(wide_centre_[i], wide_width_[i], place);
  return sum;
}

double UnivariateParzen::density(const Place& place) const {
  switch (axis_.kind) {
    case AxisKind::continuous:
      return continuous_density(place.at);
    case AxisKind::grid:
      return grid_mass(place);
    case AxisKind::categorical:
      break;
  }
  return probabilities_[static_cast<std::size_t>(place.at)];
}

double UnivariateParzen::draw(double which, double where) const {
  if (axis_.kind == AxisKind::categorical)
    return static_cast<double>(choose(cumulative_sum(probabilities_), which));
  std::vector<double> weights;
  for (const auto& kernel : kernels_) weights.push_back(kernel.weight);
  const std::size_t chosen = choose(cumulative_sum(weights), which);
  return cut_normal(kernels_[chosen].centre, kernels_[chosen].width, where);
}

JointParzen::JointParzen(std::vector<ParzenAxis> axes, std::vector<std::vector<double>> columns,
                         std::span<const double> weights, ParzenRule rule)
    : axes_{std::move(axes)},
      columns_{std::move(columns)},
      weights_(weights.begin(), weights.end()),
      rule_{rule} {
  weights_.push_back(1);  // the prior
  const double total = std::accumulate(weights_.begin(), weights_.end(), 0.0);
  for (double& weight : weights_) weight /= total;
  cumulative_ = cumulative_sum(weights_);
  const auto n = static_cast<double>(std::max<std::size_t>(observations(), 1));
  const auto d = static_cast<double>(axes_.size());
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    auto& [centres, which] = grids_.emplace_back();
    if (axes_[axis].kind != AxisKind::grid) continue;
    centres = columns_[axis];
    std::ranges::sort(centres);
    centres.erase(std::ranges::unique(centres).begin(), centres.end());
    for (const double at : columns_[axis])
      which.push_back(static_cast<std::size_t>(std::ranges::lower_bound(centres, at) - centres.begin()));
  }
  width_ = std::clamp(0.2 * std::pow(n, -1 / (d + 4)), smallest_width(observations()), 1.0);
}

std::vector<double> JointParzen::log_densities(std::span<const std::vector<Place>> candidates) const {
  const std::size_t n = observations();
  const auto rows = static_cast<Eigen::Index>(n);
  // What does not depend on the candidate: weights, and what the cut leaves of every kernel.
  Eigen::ArrayXd factor = array(weights_, 0, n);
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    if (axes_[axis].kind == AxisKind::categorical) continue;
    const double peak = peak_of(axes_[axis].kind, width_, rule_);
    for (std::size_t i = 0; i < n; ++i)
      factor[static_cast<Eigen::Index>(i)] *= peak / mass_inside(columns_[axis][i], width_);
  }
  const double share = 1 / (static_cast<double>(n) + 1);

  std::vector<double> result;
  Eigen::ArrayXd exponent(rows);
  Eigen::ArrayXd product(rows);
  std::vector<double> masses;
  for (const auto& candidate : candidates) {
    exponent.setZero();
    product = factor;
    double prior = weights_.back();
    for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
      const Place& place = candidate[axis];
      const auto& column = columns_[axis];
      if (axes_[axis].kind == AxisKind::continuous) {
        exponent += (array(column, 0, n) - place.at).square();
        prior *= normal_density(place.at - prior_centre) / mass_inside(prior_centre, prior_width);
      } else if (axes_[axis].kind == AxisKind::grid) {
        masses.clear();
        for (const double centre : grids_[axis].centres) masses.push_back(cell_mass(centre, width_, place));
        for (std::size_t i = 0; i < n; ++i)
          product[static_cast<Eigen::Index>(i)] *= masses[grids_[axis].which[i]];
        prior *= cell_mass(prior_centre, prior_width, place) / mass_inside(prior_centre, prior_width);
      } else {
        const auto choices = static_cast<double>(axes_[axis].choices);
        const double other = share / (1 + choices * share);
        const double same = (share + 1) / (1 + choices * share);
        for (std::size_t i = 0; i < n; ++i)
          product[static_cast<Eigen::Index>(i)] *= column[i] == place.at ? same : other;
        prior /= choices;
      }
    }
    const double sum = (exponent * (-0.5 / (width_ * width_))).exp().matrix().dot(product.matrix());
    result.push_back(std::log(sum + prior));
  }
  return result;
}

std::vector<double> JointParzen::draw(std::span<const double> uniforms) const {
  const std::size_t chosen = choose(cumulative_, uniforms[0]);
  const bool prior = chosen == observations();
  std::vector<double> places;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    const double u = uniforms[axis + 1];
    if (axes_[axis].kind != AxisKind::categorical) {
      places.push_back(
          cut_normal(prior ? prior_centre : columns_[axis][chosen], prior ? prior_width : width_, u));
      continue;
    }
    // The observed choice has all of the kernel but an equal share for each.
    const auto choices = static_cast<double>(axes_[axis].choices);
    const double share = 1 / (static_cast<double>(observations()) + 1);
    const double even = prior ? 1 : choices * share / (1 + choices * share);
    const double place =
        u < even ? std::min(std::floor(u / even * choices), choices - 1) : columns_[axis][chosen];
    places.push_back(place);
  }
  return places;
}

}  // namespace campaign_sim
