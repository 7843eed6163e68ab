#include "sim/search/samplers/tpe_axis.hpp"

#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

double step_of(const Parameter& parameter) {
  if (parameter.step > 0) return parameter.step;
  return parameter.kind == ParameterKind::real ? 0 : 1;
}

}  // namespace

ParzenAxis axis_of(const Parameter& parameter, ParzenRule rule) {
  if (parameter.kind == ParameterKind::categorical)
    return {AxisKind::categorical, static_cast<std::size_t>(parameter.high) + 1};
  if (rule == ParzenRule::optuna_3_1 && parameter.log) return {AxisKind::continuous, 0};
  return {step_of(parameter) > 0 ? AxisKind::grid : AxisKind::continuous, 0};
}

Place place_of(const Parameter& parameter, double value) {
  if (parameter.kind == ParameterKind::categorical) return {value, 0, 0};
  const double half = step_of(parameter) / 2;
  return {to_unit(parameter, value), to_unit(parameter, value - half), to_unit(parameter, value + half)};
}

double value_of(const Parameter& parameter, double at) {
  return parameter.kind == ParameterKind::categorical ? at : from_unit(parameter, at);
}

}  // namespace campaign_sim
