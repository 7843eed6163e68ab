#include "sim/search/parameter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/config/units.hpp"

namespace campaign_sim {

namespace {

constexpr std::array<std::string_view, 5> kinds = {"float", "int", "choice", "ordinal", "constant"};
// Integers beyond are not exact in a double.
constexpr double largest_integer = 9007199254740992;  // 2^53
// Whoever reads a space with more values than this wants a range.
constexpr std::size_t most_choices = 100'000;
// Two numbers as near as this (relative) are the same: 0.3 and 0.1 + 2 · 0.1.
constexpr double rounding = 1e-12;

void read_range(Reader& section, std::string_view key, Parameter& parameter) {
  const auto ends = section.numbers(key);
  if (!section.ok()) return;
  if (ends.size() != 2) {
    section.reject(key, fmt::format("'{}' needs two numbers, the smallest and the largest value", key));
    return;
  }
  if (!std::isfinite(ends[0]) || !std::isfinite(ends[1])) {
    section.reject(key, "both ends of a range must be finite");
    return;
  }
  if (ends[0] > ends[1]) {
    section.reject(key,
                   fmt::format("the range is empty ({} is larger than {}); swap its ends", ends[0], ends[1]));
    return;
  }
  parameter.low = ends[0];
  parameter.high = ends[1];
  if (parameter.log && ends[0] <= 0)
    section.reject(
        key, fmt::format("a log range must start above zero (the logarithm of {} does not exist)", ends[0]));
}

// The largest value that a step meets becomes the upper end, so that no value lies outside the steps.
void apply_step(Reader& section, Parameter& parameter) {
  if (!section.ok() || parameter.step <= 0) return;
  if (parameter.log && !(parameter.kind == ParameterKind::integer && parameter.step == 1)) {
    section.reject("step",
                   "a log range has no step (equal steps are not equal on a log scale); drop one of both");
    return;
  }
  const double steps = std::floor((parameter.high - parameter.low) / parameter.step * (1 + rounding));
  if (steps < 1 && parameter.high > parameter.low)
    section.reject("step", "the step is larger than the range (only its lower end would be left)");
  else if (steps > largest_integer)
    section.reject("step", "the step is too small for the range (a number could not tell the values apart)");
  else
    parameter.high = std::min(parameter.high, parameter.low + steps * parameter.step);
}

void read_float(Reader& section, Parameter& parameter) {
  parameter.kind = ParameterKind::real;
  parameter.log = section.flag_or("log", false);
  read_range(section, "float", parameter);
  if (section.has("step")) parameter.step = section.number("step", more_than(0));
  apply_step(section, parameter);
}

void read_int(Reader& section, Parameter& parameter) {
  parameter.kind = ParameterKind::integer;
  parameter.log = section.flag_or("log", false);
  read_range(section, "int", parameter);
  parameter.step = static_cast<double>(section.integer_or("step", 1, at_least(1)));
  for (const double end : {parameter.low, parameter.high}) {
    if (section.ok() && end != std::floor(end))
      section.reject("int", fmt::format("{} is not a whole number; for real numbers write `float:`", end));
    if (section.ok() && std::abs(end) > largest_integer)
      section.reject("int", "whole numbers beyond 2^53 are not exact");
  }
  apply_step(section, parameter);
}

void set_choices(Parameter& parameter, std::vector<std::string> choices) {
  parameter.choices = std::move(choices);
  for (const auto& choice : parameter.choices)
    parameter.choice_numbers.push_back(
        config::parse_number(choice).value_or(std::numeric_limits<double>::quiet_NaN()));
  parameter.high = static_cast<double>(parameter.choices.size()) - 1;
}

// The first choice that is there twice, also as a number: 1 and 1.0.
std::optional<std::string> duplicate(const Parameter& parameter) {
  std::vector<std::pair<double, std::string>> seen;
  for (std::size_t i = 0; i < parameter.choices.size(); ++i) {
    const double number = parameter.choice_numbers[i];
    // Texts are compared as texts; a number stands for itself however it is written.
    if (std::isnan(number))
      seen.emplace_back(std::numeric_limits<double>::infinity(), parameter.choices[i]);
    else
      seen.emplace_back(number + 0.0, std::string{});
  }
  auto sorted = seen;
  std::ranges::sort(sorted);
  const auto twice = std::ranges::adjacent_find(sorted);
  if (twice == sorted.end()) return std::nullopt;
  return parameter.choices[static_cast<std::size_t>(std::ranges::find(seen, *twice) - seen.begin())];
}

void read_choices(Reader& section, std::string_view key, ParameterKind kind, Parameter& parameter) {
  parameter.kind = kind;
  auto choices = section.texts(key);
  if (!section.ok()) return;
  if (choices.empty() || choices.size() > most_choices) {
    section.reject(
        key, choices.empty()
                 ? "there are no choices; name at least one"
                 : fmt::format("more than {} choices; use `int:` or `float:` with a step", most_choices));
    return;
  }
  set_choices(parameter, std::move(choices));
  if (const auto twice = duplicate(parameter))
    section.reject(key, fmt::format("the choice '{}' is there twice", *twice));
}

// One mistake, not one more for each of the keys that only its kind could explain.
void reject_without_kind(Reader& section, const std::string& name) {
  std::string message = fmt::format(
      "'{}' needs its values: one of float: [low, high], int: [low, high], choice: [a, b], ordinal: [a, b] "
      "or "
      "constant: value",
      name);
  for (const std::string& key : section.keys()) {
    section.skip(key);
    if (const auto near = nearest_name(key, kinds))
      message += fmt::format("; did you mean '{}' by '{}'?", *near, key);
  }
  section.reject("", std::move(message));
}

}  // namespace

Parameter read_parameter(Reader& section, const std::string& name) {
  Parameter parameter;
  parameter.name = name;
  std::vector<std::string_view> given;
  std::ranges::copy_if(kinds, std::back_inserter(given), [&](auto kind) { return section.has(kind); });
  if (given.empty())
    reject_without_kind(section, name);
  else if (given.size() > 1)
    section.reject(given[1],
                   fmt::format("'{}' has '{}' already; a parameter is of one kind", name, given[0]));
  else if (given[0] == "float")
    read_float(section, parameter);
  else if (given[0] == "int")
    read_int(section, parameter);
  else if (given[0] == "choice")
    read_choices(section, "choice", ParameterKind::categorical, parameter);
  else if (given[0] == "ordinal")
    read_choices(section, "ordinal", ParameterKind::ordinal, parameter);
  else {
    parameter.kind = ParameterKind::categorical;
    set_choices(parameter, {section.text("constant")});
  }
  return parameter;
}

Parameter constant_parameter(const std::string& name, std::string value) {
  Parameter constant;
  constant.name = name;
  constant.kind = ParameterKind::categorical;
  set_choices(constant, {std::move(value)});
  return constant;
}

}  // namespace campaign_sim
