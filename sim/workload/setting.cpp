#include "sim/workload/setting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/expect.hpp"

namespace campaign_sim {

namespace {

bool accepts(Range range, double value) {
  if (!std::isfinite(value)) return false;
  return (range.low_open ? value > range.low : value >= range.low) &&
         (range.high_open ? value < range.high : value <= range.high);
}

std::string in_words(Range range, bool whole) {
  std::string words = whole ? "a whole number" : "a number";
  if (std::isfinite(range.low))
    words += fmt::format("{}{}", range.low_open ? " more than " : " of at least ", range.low);
  if (std::isfinite(range.high))
    words += fmt::format(" and {}{}", range.high_open ? "less than " : "at most ", range.high);
  return words;
}

// A value of the parameter that a setting cannot use, as text; empty if there is none.
std::string unusable_value(const Parameter& parameter, Range range, bool whole) {
  const auto bad = [&](double value) {
    return !accepts(range, value) || (whole && value != std::floor(value));
  };
  if (parameter.is_choice()) {
    for (std::size_t i = 0; i < parameter.choices.size(); ++i)
      if (bad(parameter.choice_numbers[i])) return parameter.choices[i];
    return {};
  }
  if (bad(parameter.low)) return fmt::format("{}", parameter.low);
  if (bad(parameter.high)) return fmt::format("{}", parameter.high);
  if (whole && parameter.kind == ParameterKind::real) return "a value between its whole ones";
  return {};
}

}  // namespace

Setting::Setting(const Space& space, std::size_t parameter, double fixed)
    : fixed_{fixed}, parameter_{parameter} {
  const Parameter& p = space.parameters[parameter];
  is_choice_ = p.is_choice();
  may_be_inactive_ = p.when.has_value();
  choices_ = p.choice_numbers;
  low_ = p.low;
  high_ = p.high;
  step_ = p.kind == ParameterKind::integer ? std::max(p.step, 1.0) : p.step;
}

double Setting::in(const Configuration& configuration) const {
  if (!parameter_) return fixed_;
  const double value = configuration.values[*parameter_];
  if (std::isnan(value)) return fixed_;
  return is_choice_ ? choices_[static_cast<std::size_t>(value)] : value;
}

double Setting::lowest() const {
  if (!parameter_) return fixed_;
  const double searched = is_choice_ ? *std::ranges::min_element(choices_) : low_;
  return may_be_inactive_ ? std::min(searched, fixed_) : searched;
}

double Setting::highest() const {
  if (!parameter_) return fixed_;
  const double searched = is_choice_ ? *std::ranges::max_element(choices_) : high_;
  return may_be_inactive_ ? std::max(searched, fixed_) : searched;
}

std::optional<std::vector<double>> Setting::values(std::size_t limit) const {
  if (!parameter_) return std::vector{fixed_};
  if (is_choice_) return choices_;
  if (step_ <= 0) return std::nullopt;
  const double count = std::floor((high_ - low_) / step_) + 1;
  if (count > static_cast<double>(limit)) return std::nullopt;
  std::vector<double> values;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
    values.push_back(low_ + static_cast<double>(i) * step_);
  return values;
}

bool SettingReader::has(std::string_view key) const {
  return workload_.has(key) || space_.find(key).has_value();
}

bool SettingReader::names_a_parameter(std::string_view key) {
  return workload_.is_word(key) && space_.find(workload_.text(key));
}

Setting SettingReader::whole(std::string_view key, Range range, std::optional<double> fallback) {
  return read(key, range, fallback, true);
}

Setting SettingReader::real(std::string_view key, Range range, std::optional<double> fallback) {
  return read(key, range, fallback, false);
}

Setting SettingReader::read(std::string_view key, Range range, std::optional<double> fallback, bool whole) {
  const auto fixed = [&] {
    if (!fallback)
      return whole ? static_cast<double>(workload_.integer(key, range)) : workload_.number(key, range);
    return whole ? static_cast<double>(workload_.integer_or(key, static_cast<std::int64_t>(*fallback), range))
                 : workload_.number_or(key, *fallback, range);
  };
  const auto parameter = space_.find(key);
  if (names_a_parameter(key)) {
    if (parameter) claimed_.push_back(*parameter);
    workload_.reject(key, fmt::format("'{0}' must be a number; to search it, call the parameter of the space "
                                      "'{0}' and leave this key out",
                                      key));
    return Setting{fallback.value_or(1)};
  }
  if (!parameter) return Setting{fixed()};

  claimed_.push_back(*parameter);
  const Parameter& p = space_.parameters[*parameter];
  if (const std::string bad = unusable_value(p, range, whole); !bad.empty())
    workload_.reject(
        "", fmt::format("'{0}' of the space cannot be {1} (the workload needs {2}); change space.{0}", key,
                        bad, in_words(range, whole)));
  if (p.when && !workload_.has(key) && !fallback)
    workload_.reject("",
                     fmt::format("'{0}' of the space is conditional, so some configurations have none; give "
                                 "workload.{0} for those",
                                 key));
  const double otherwise = workload_.has(key) ? fixed() : fallback.value_or(0);
  return Setting{space_, *parameter, otherwise};
}

std::vector<std::size_t> SettingReader::unclaimed() const {
  std::vector<std::size_t> rest;
  for (std::size_t i = 0; i < space_.size(); ++i)
    if (std::ranges::find(claimed_, i) == claimed_.end()) rest.push_back(i);
  return rest;
}

}  // namespace campaign_sim
