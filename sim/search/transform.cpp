#include "sim/search/transform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/config/reader.hpp"
#include "sim/core/expect.hpp"
#include "sim/core/random.hpp"

namespace campaign_sim {

namespace {

// What the ends of the unit interval stand for, on the scale (log or not) where it is divided evenly.
struct Scale {
  double low;
  double high;
};

Scale scale_of(const Parameter& parameter, UnitRule rule) {
  const bool whole = parameter.kind != ParameterKind::real;
  const double step = parameter.step > 0 ? parameter.step : (whole ? 1.0 : 0.0);
  // Choices are shared equally under both rules.
  const double margin = rule == UnitRule::optuna || parameter.is_choice() ? step / 2 : 0.0;
  const Scale linear{parameter.low - margin, parameter.high + margin};
  return parameter.log ? Scale{std::log(linear.low), std::log(linear.high)} : linear;
}

double on_a_step(const Parameter& parameter, double number, UnitRule rule) {
  const double step =
      parameter.step > 0 ? parameter.step : (parameter.kind == ParameterKind::real ? 0.0 : 1.0);
  if (step > 0) {
    // Both references round half to even: Optuna the number of the step, ConfigSpace (and both on a log
    // scale, where steps are 1) the number itself.
    const bool itself = parameter.log || (rule == UnitRule::configspace && step == 1);
    number = itself ? std::nearbyint(number)
                    : std::nearbyint((number - parameter.low) / step) * step + parameter.low;
  }
  return std::clamp(number, parameter.low, parameter.high);
}

}  // namespace

double from_unit(const Parameter& parameter, double unit, UnitRule rule) {
  CS_EXPECT(unit >= 0 && unit <= 1);
  if (parameter.low == parameter.high) return parameter.low;
  // Each choice has its share, lower end included; rounding would give half-way points to even indices.
  if (parameter.is_choice()) return std::min(std::floor(unit * (parameter.high + 1)), parameter.high);
  const Scale scale = scale_of(parameter, rule);
  const double position = scale.low + unit * (scale.high - scale.low);
  return on_a_step(parameter, parameter.log ? std::exp(position) : position, rule);
}

double to_unit(const Parameter& parameter, double value, UnitRule rule) {
  if (std::isnan(value)) return inactive;
  if (parameter.low == parameter.high) return 0.5;
  const Scale scale = scale_of(parameter, rule);
  const double position = parameter.log ? std::log(value) : value;
  return std::clamp((position - scale.low) / (scale.high - scale.low), 0.0, 1.0);
}

bool is_active(const Space& space, const Configuration& configuration, std::size_t parameter) {
  const auto& when = space.parameters[parameter].when;
  return !when ||
         std::ranges::find(when->allowed, configuration.values[when->parameter]) != when->allowed.end();
}

void deactivate(const Space& space, Configuration& configuration) {
  // Conditions point to earlier parameters, so one pass settles chains of them.
  for (std::size_t i = 0; i < space.size(); ++i)
    if (!is_active(space, configuration, i)) configuration.values[i] = inactive;
}

Configuration from_unit(const Space& space, std::span<const double> unit) {
  CS_EXPECT(unit.size() == space.size());
  Configuration configuration;
  configuration.values.reserve(space.size());
  for (std::size_t i = 0; i < space.size(); ++i)
    configuration.values.push_back(from_unit(space.parameters[i], unit[i]));
  deactivate(space, configuration);
  return configuration;
}

std::vector<double> to_unit(const Space& space, const Configuration& configuration) {
  CS_EXPECT(configuration.values.size() == space.size());
  std::vector<double> unit;
  unit.reserve(space.size());
  for (std::size_t i = 0; i < space.size(); ++i)
    unit.push_back(to_unit(space.parameters[i], configuration.values[i]));
  return unit;
}

std::optional<std::uint64_t> number_of_values(const Parameter& parameter) {
  if (parameter.low == parameter.high) return 1;
  if (parameter.kind == ParameterKind::real && parameter.step <= 0) return std::nullopt;
  const double step = parameter.step > 0 ? parameter.step : 1.0;
  return static_cast<std::uint64_t>(std::llround((parameter.high - parameter.low) / step)) + 1;
}

double value_at(const Parameter& parameter, std::uint64_t k) {
  const double step = parameter.step > 0 ? parameter.step : 1.0;
  return std::min(parameter.low + static_cast<double>(k) * step, parameter.high);
}

Configuration random_configuration(const Space& space, std::uint64_t seed, std::uint64_t k) {
  const RandomStream draws{seed, Purpose::configuration, k};
  std::vector<double> unit(space.size());
  for (std::uint64_t attempt = 0; attempt < most_redraws; ++attempt) {
    for (std::size_t i = 0; i < space.size(); ++i) unit[i] = draws.uniform(attempt * space.size() + i);
    auto configuration = from_unit(space, unit);
    if (space.allows(configuration)) return configuration;
  }
  throw ConfigError{fmt::format(
      "error: {} random configurations broke the constraints of the search space (no configuration, or very "
      "few, can satisfy them all); widen the parameters or drop a constraint\n",
      most_redraws)};
}

}  // namespace campaign_sim
