#include "sim/search/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/config/units.hpp"

namespace campaign_sim {

namespace {

// Two numbers as near as this (relative) are the same: 0.3 and 0.1 + 2 · 0.1.
constexpr double rounding = 1e-12;

// Within the range and on its steps, but for rounding.
bool is_value(const Parameter& parameter, double number) {
  const double slack = rounding * std::max(std::abs(parameter.low), std::abs(parameter.high));
  if (!(number >= parameter.low - slack && number <= parameter.high + slack)) return false;
  if (parameter.step <= 0) return true;
  const double steps = (number - parameter.low) / parameter.step;
  return std::abs(steps - std::round(steps)) <= 1e-6;  // of a step
}

}  // namespace

std::optional<double> value_of(const Parameter& parameter, std::string_view text) {
  const auto number = config::parse_number(text);
  if (parameter.is_choice()) {
    const auto same_text = std::ranges::find(parameter.choices, text);
    if (same_text != parameter.choices.end())
      return static_cast<double>(same_text - parameter.choices.begin());
    const auto same_number =
        number ? std::ranges::find(parameter.choice_numbers, *number) : parameter.choice_numbers.end();
    if (same_number == parameter.choice_numbers.end()) return std::nullopt;
    return static_cast<double>(same_number - parameter.choice_numbers.begin());
  }
  if (!number || !is_value(parameter, *number)) return std::nullopt;
  if (parameter.kind == ParameterKind::integer && *number != std::floor(*number)) return std::nullopt;
  return std::clamp(*number, parameter.low, parameter.high);
}

std::string values_in_words(const Parameter& parameter) {
  if (parameter.is_choice()) {
    constexpr std::size_t enough = 8;
    std::string words;
    for (std::size_t i = 0; i < std::min(parameter.choices.size(), enough); ++i)
      words += fmt::format("{}{}", i == 0 ? "" : ", ", parameter.choices[i]);
    return (parameter.choices.size() > 1 ? "one of " : "always ") + words +
           (parameter.choices.size() > enough ? ", …" : "");
  }
  const bool whole = parameter.kind == ParameterKind::integer;
  const bool stepped = parameter.step > 0 && !(whole && parameter.step == 1);
  return fmt::format("a {}number from {} to {}{}", whole ? "whole " : "", parameter.low, parameter.high,
                     stepped ? fmt::format(" in steps of {}", parameter.step) : "");
}

}  // namespace campaign_sim
