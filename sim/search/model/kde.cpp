#include "sim/search/model/kde.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/core/expect.hpp"
#include "sim/search/model/quick_order.hpp"

namespace campaign_sim {

KernelDensity::KernelDensity(std::vector<std::vector<double>> points, std::vector<std::size_t> choices)
    : points_{std::move(points)}, choices_{std::move(choices)} {
  CS_EXPECT(!points_.empty());
  const auto n = static_cast<double>(points_.size());
  for (std::size_t axis = 0; axis < choices_.size(); ++axis) {
    double mean = 0;
    for (const auto& point : points_) mean += point[axis] / n;
    double variance = 0;
    for (const auto& point : points_) variance += (point[axis] - mean) * (point[axis] - mean) / n;
    const double reference =
        1.06 * std::sqrt(variance) * std::pow(n, -1 / (4 + static_cast<double>(choices_.size())));
    bandwidths_.push_back(std::max(reference, smallest_bandwidth));
    // Beyond this an unordered choice would be less likely than the others where it was seen.
    if (choices_[axis] > 0) {
      const auto k = static_cast<double>(choices_[axis]);
      bandwidths_.back() = std::min(bandwidths_.back(), (k - 1) / k);
    }
  }
}

double KernelDensity::density(std::span<const double> at) const {
  double sum = 0;
  for (const auto& point : points_) {
    double exponent = 0;
    double product = 1;
    for (std::size_t axis = 0; axis < choices_.size(); ++axis) {
      const double bandwidth = bandwidths_[axis];
      if (choices_[axis] == 0) {
        const double z = (at[axis] - point[axis]) / bandwidth;
        exponent -= 0.5 * z * z;
        product /= bandwidth * std::sqrt(2 * std::numbers::pi);
      } else if (at[axis] == point[axis]) {
        product *= 1 - bandwidth;
      } else {
        product *= bandwidth / static_cast<double>(choices_[axis] - 1);
      }
    }
    sum += product * std::exp(exponent);
  }
  return sum / static_cast<double>(points_.size());
}

void fill_inactive(std::vector<std::vector<double>>& points, std::span<const std::size_t> choices,
                   const std::function<double(std::size_t point, std::size_t axis)>& uniform) {
  const auto observed = points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t axis = 0; axis < choices.size(); ++axis) {
      if (!std::isnan(points[i][axis])) continue;
      std::vector<const std::vector<double>*> active;
      for (const auto& other : observed)
        if (!std::isnan(other[axis])) active.push_back(&other);
      const double u = uniform(i, axis);
      if (active.empty()) {
        points[i][axis] = choices[axis] > 0 ? std::floor(u * static_cast<double>(choices[axis])) : u;
        continue;
      }
      const auto& other = *active[static_cast<std::size_t>(u * static_cast<double>(active.size()))];
      for (std::size_t k = axis; k < choices.size(); ++k)
        if (std::isnan(points[i][k])) points[i][k] = other[k];
    }
  }
}

GoodAndBad split_for_density(std::span<const double> losses, int top_n_percent, std::size_t least) {
  const std::vector<std::size_t> order = quick_order(losses);
  const auto top = static_cast<std::size_t>(top_n_percent);
  const std::size_t good = std::min(std::max(least, top * losses.size() / 100), losses.size());
  const std::size_t bad = std::min(std::max(least, (100 - top) * losses.size() / 100), losses.size() - good);
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(good);
  return {{order.begin(), middle}, {middle, middle + static_cast<std::ptrdiff_t>(bad)}};
}

double density_ratio(double bad, double good) { return std::max(1e-32, bad) / std::max(1e-32, good); }

}  // namespace campaign_sim
