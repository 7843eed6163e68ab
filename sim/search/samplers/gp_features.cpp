#include "sim/search/samplers/gp_features.hpp"

#include <cmath>
#include <numbers>

#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

bool varies(const Parameter& parameter) { return parameter.low < parameter.high; }

std::size_t value_columns(const Parameter& parameter) {
  return parameter.kind == ParameterKind::categorical ? static_cast<std::size_t>(parameter.high) + 1 : 1;
}

}  // namespace

GpFeatures::GpFeatures(const Space& space) : space_{space} {
  for (const auto& parameter : space.parameters) {
    first_column_.push_back(axis_of_column_.size());
    if (!varies(parameter)) continue;
    const std::size_t columns = value_columns(parameter) + (parameter.when ? 1 : 0);
    axis_of_column_.insert(axis_of_column_.end(), columns, axes_++);
  }
}

std::vector<double> GpFeatures::of(const Configuration& configuration) const {
  std::vector<double> point(axis_of_column_.size(), 0.0);
  for (std::size_t i = 0; i < space_.size(); ++i) {
    const auto& parameter = space_.parameters[i];
    if (!varies(parameter)) continue;
    const double value = configuration.values[i];
    const bool active = !std::isnan(value);
    const std::size_t first = first_column_[i];
    if (parameter.kind != ParameterKind::categorical)
      point[first] = active ? to_unit(parameter, value) : 0.5;
    else if (active)
      point[first + static_cast<std::size_t>(value)] = 1 / std::numbers::sqrt2;
    if (parameter.when && active) point[first + value_columns(parameter)] = 1;
  }
  return point;
}

}  // namespace campaign_sim
