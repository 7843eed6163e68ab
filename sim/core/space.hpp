// The search space and its points, as values. How points are drawn, mutated or modelled is search/'s
// business; what a point costs and learns is workload/'s: both need only what is here.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace campaign_sim {

enum class ParameterKind : std::uint8_t {
  real,
  integer,
  categorical,  // unordered choices
  ordinal,      // ordered choices
};

// `when: {optimizer: [adam, adamw]}`: the parameter exists only where another one has such a value.
struct Condition {
  std::size_t parameter;        // index of the other one; always smaller than one's own
  std::vector<double> allowed;  // in the other one's encoding
};

// One dimension. Its value in a configuration is a double: the number itself for reals and integers,
// the index of the choice for categorical and ordinal ones.
struct Parameter {
  std::string name;
  ParameterKind kind = ParameterKind::real;
  double low = 0;   // smallest value, or 0 for choices
  double high = 0;  // largest value (inclusive), or number of choices - 1
  bool log = false;
  double step = 0;  // 0: none for reals; integers have at least 1
  std::vector<std::string> choices;
  std::vector<double> choice_numbers;  // the choices read as numbers; nan where one is not
  std::optional<Condition> when;

  bool is_choice() const { return kind == ParameterKind::categorical || kind == ParameterKind::ordinal; }
};

// Stands for the value of a parameter whose condition does not hold.
inline constexpr double inactive = std::numeric_limits<double>::quiet_NaN();

// One point of the space, a value per parameter in the order of the space.
struct Configuration {
  std::vector<double> values;
};

// The identity of a configuration: equal values, equal digest. Subject of its random draws.
std::uint64_t digest(const Configuration& configuration);

// `width % heads == 0`: a configuration that breaks it is not drawn.
struct Constraint {
  std::string text;
  std::function<bool(const Configuration&)> holds;  // a pure function
};

struct Space {
  std::vector<Parameter> parameters;
  std::vector<Constraint> constraints;

  std::optional<std::size_t> find(std::string_view name) const;
  std::size_t size() const { return parameters.size(); }
  // Whether every constraint holds.
  bool allows(const Configuration& configuration) const;
};

// The value as a number: a choice whose text is a number counts as that number. nan where inactive or
// not a number.
double number_of(const Parameter& parameter, double value);

// The value as text, as it stands in trials.csv; empty where inactive.
std::string text_of(const Parameter& parameter, double value);

}  // namespace campaign_sim
