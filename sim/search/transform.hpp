// The unit cube and back: every sampler that thinks in numbers from 0 to 1 (random, quasi-random,
// model-based) meets the space here.
//
// The rule is Optuna's (4.9, _SearchSpaceTransform with transform_0_1): the range of integers and of
// reals with a step is widened by half a step at both ends, so that every value has an equal share of
// the unit interval; integers on a log scale are widened by one half before the logarithm. Choices share
// the unit interval equally, in their order. ConfigSpace's rule (1.2, to_value) is there as well: it maps
// the ends of the interval on the ends of the range and rounds, so the outer values get half a share.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/space.hpp"

namespace campaign_sim {

enum class UnitRule : std::uint8_t { optuna, configspace };

// The value at `unit`, 0 … 1; always within the parameter's range and on its steps.
double from_unit(const Parameter& parameter, double unit, UnitRule rule = UnitRule::optuna);
// Where a value lies in the unit interval: the middle of its share for discrete values, 0.5 for a
// parameter with one value, nan for an inactive one.
double to_unit(const Parameter& parameter, double value, UnitRule rule = UnitRule::optuna);

// The configuration at a point of the unit cube, one number per parameter of the space. A parameter whose
// condition does not hold becomes inactive; constraints are not looked at.
Configuration from_unit(const Space& space, std::span<const double> unit);
std::vector<double> to_unit(const Space& space, const Configuration& configuration);

// Whether the condition of a parameter holds in a configuration. The values before it must be settled.
bool is_active(const Space& space, const Configuration& configuration, std::size_t parameter);
// Makes the parameters inactive whose condition does not hold.
void deactivate(const Space& space, Configuration& configuration);

// How many values a parameter has; nothing for a real without a step.
std::optional<std::uint64_t> number_of_values(const Parameter& parameter);
// The k-th of them, in rising order.
double value_at(const Parameter& parameter, std::uint64_t k);

// How often a draw that breaks a constraint is repeated before the space counts as empty.
inline constexpr std::uint64_t most_redraws = 100'000;

// The k-th configuration of a seed: each active parameter drawn uniformly on the unit interval,
// independent of all others; repeated while a constraint does not hold.
// Throws ConfigError if no draw satisfies the constraints.
Configuration random_configuration(const Space& space, std::uint64_t seed, std::uint64_t k);

}  // namespace campaign_sim
