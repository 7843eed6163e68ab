#include "sim/search/space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/search/constraint.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

constexpr std::string_view constraints_key = "constraints";
constexpr std::array<std::string_view, 5> kinds = {"float", "int", "choice", "ordinal", "constant"};
// Integers beyond are not exact in a double.
constexpr double largest_integer = 9007199254740992;  // 2^53
// Whoever reads a space with more values than this wants a range.
constexpr std::size_t most_choices = 100'000;
// Two numbers as near as this (relative) are the same: 0.3 and 0.1 + 2 · 0.1.
constexpr double rounding = 1e-12;

double multiplier(char letter) {
  switch (letter) {
    case 'k':
      return 1e3;
    case 'M':
      return 1e6;
    case 'G':
      return 1e9;
    case 'T':
      return 1e12;
    default:
      return 0;
  }
}

// `0.5`, `1e-3`, `300 k`; nothing for other texts and for what is not finite.
std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
  auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  if (rest.size() == 1 && multiplier(rest[0]) > 0) return number * multiplier(rest[0]);
  return rest.empty() ? std::optional{number} : std::nullopt;
}

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
        parse_number(choice).value_or(std::numeric_limits<double>::quiet_NaN()));
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

// A parameter on its way into the space: what it depends on is found when all are read.
struct Entry {
  Parameter parameter;
  Reader section;
  std::optional<Reader> when;
  std::string depends_on;  // empty: on none
};

void read_when(Entry& entry) {
  if (!entry.section.has("when")) return;
  auto when = entry.section.section("when");
  if (!entry.section.ok()) return;
  const auto names = when.keys();
  if (names.size() != 1) {
    entry.section.reject("when",
                         "a condition names one other parameter, `when: {optimizer: [adam, sgd]}`; for more, "
                         "let that one depend on the next");
    return;
  }
  entry.depends_on = names.front();
  entry.when = when;
}

Entry read_entry(Reader& space, const std::string& name) {
  if (space.is_scalar(name)) {  // `vocabulary: 32000`
    Parameter constant;
    constant.name = name;
    constant.kind = ParameterKind::categorical;
    set_choices(constant, {space.text(name)});
    return {std::move(constant), space, std::nullopt, {}};
  }
  auto section = space.section(name);
  Entry entry{read_parameter(section, name), section, std::nullopt, {}};
  read_when(entry);
  return entry;
}

// The values that a condition names: one, or a list.
std::vector<std::string> values_named(Entry& entry) {
  if (entry.when->is_scalar(entry.depends_on)) return {entry.when->text(entry.depends_on)};
  return entry.when->texts(entry.depends_on);
}

// The condition in the encoding of the parameter it depends on, which must be in the space already.
void settle_condition(Entry& entry, const Space& space) {
  if (!entry.when) return;
  const auto other = space.find(entry.depends_on);
  const Parameter& parameter = space.parameters[*other];
  Condition condition{*other, {}};
  for (const auto& text : values_named(entry)) {
    const auto value = value_of(parameter, text);
    if (!value)
      entry.when->reject(entry.depends_on,
                         fmt::format("'{}' is never '{}' (it is {}), so '{}' would not be there for it",
                                     parameter.name, text, values_in_words(parameter), entry.parameter.name));
    else
      condition.allowed.push_back(*value);
  }
  if (entry.when->ok() && condition.allowed.empty())
    entry.when->reject(entry.depends_on,
                       fmt::format("no value of '{}' is named, so '{}' would never be there", parameter.name,
                                   entry.parameter.name));
  entry.parameter.when = std::move(condition);
}

// Reports conditions on parameters that are not there.
void check_names(std::vector<Entry>& entries) {
  std::vector<std::string_view> names;
  for (const auto& entry : entries) names.push_back(entry.parameter.name);
  for (auto& entry : entries) {
    if (entry.depends_on.empty() || std::ranges::find(names, entry.depends_on) != names.end()) continue;
    const auto nearest = nearest_name(entry.depends_on, names);
    values_named(entry);  // known now: one message is enough
    entry.when->reject(entry.depends_on,
                       fmt::format("there is no parameter '{}' in the space{}", entry.depends_on,
                                   nearest ? fmt::format("; did you mean '{}'?", *nearest) : ""));
    entry.depends_on.clear();
    entry.when.reset();
  }
}

// Moves the entries into the space, each as early as the file's order and its condition allow.
void place(std::vector<Entry>& entries, Space& space) {
  std::vector<Entry*> waiting;
  for (auto& entry : entries) waiting.push_back(&entry);
  while (!waiting.empty()) {
    const auto ready = std::ranges::find_if(waiting, [&](const Entry* e) {
      return e->depends_on.empty() || space.find(e->depends_on).has_value();
    });
    if (ready == waiting.end()) break;
    settle_condition(**ready, space);
    space.parameters.push_back(std::move((*ready)->parameter));
    waiting.erase(ready);
  }
  for (Entry* entry : waiting) {
    values_named(*entry);
    entry->when->reject(
        entry->depends_on,
        "these conditions depend on each other in a circle; no parameter could be drawn first");
  }
}

// Whether some of many draws keeps the constraints. The draws are fixed: the answer belongs to the file.
bool can_be_drawn(const Space& space) {
  try {
    random_configuration(space, 0, 0);
    return true;
  } catch (const ConfigError&) {
    return false;
  }
}

void read_constraints(Reader& section, Space& space) {
  if (!section.has(constraints_key)) return;
  const auto texts = section.texts(constraints_key);
  if (!section.ok()) return;  // a parameter that was rejected would be missed here
  for (const auto& text : texts) {
    try {
      space.constraints.push_back(parse_constraint(text, space));
    } catch (const ConstraintError& mistake) {
      section.reject(constraints_key, mistake.what());
    }
  }
  if (section.ok() && !can_be_drawn(space))
    section.reject(
        constraints_key,
        fmt::format("{} random configurations broke the constraints (no configuration, or very few, keeps "
                    "them all); widen the parameters or drop a constraint",
                    most_redraws));
}

bool is_value(const Parameter& parameter, double number) {
  const double slack = rounding * std::max(std::abs(parameter.low), std::abs(parameter.high));
  if (!(number >= parameter.low - slack && number <= parameter.high + slack)) return false;
  if (parameter.step <= 0) return true;
  const double steps = (number - parameter.low) / parameter.step;
  return std::abs(steps - std::round(steps)) <= 1e-6;  // of a step
}

}  // namespace

Space read_space(Reader& section) {
  std::vector<Entry> entries;
  for (const auto& name : section.keys()) {
    if (name == constraints_key) continue;
    auto entry = read_entry(section, name);
    entries.push_back(std::move(entry));
  }
  Space space;
  check_names(entries);
  place(entries, space);
  read_constraints(section, space);
  return space;
}

std::optional<double> value_of(const Parameter& parameter, std::string_view text) {
  const auto number = parse_number(text);
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

Configuration read_configuration(Reader& section, const Space& space, Missing missing) {
  Configuration configuration;
  configuration.values.assign(space.size(), inactive);
  for (std::size_t i = 0; i < space.size(); ++i) {
    const Parameter& parameter = space.parameters[i];
    if (!is_active(space, configuration, i)) {
      if (section.has(parameter.name)) {
        section.text(parameter.name);
        section.reject(parameter.name,
                       fmt::format("'{}' is not there in this configuration (its condition on '{}' does "
                                   "not hold); leave it out",
                                   parameter.name, space.parameters[parameter.when->parameter].name));
      }
      continue;
    }
    // A parameter with one value need not be said.
    const bool constant = number_of_values(parameter) == 1;
    if (constant) configuration.values[i] = parameter.low;
    if (constant && !section.has(parameter.name)) continue;
    if (!section.has(parameter.name)) {
      if (missing == Missing::is_first_choice && parameter.is_choice())
        configuration.values[i] = 0;
      else
        section.reject("", fmt::format("the configuration has no '{}'", parameter.name));
      continue;
    }
    const auto text = section.text(parameter.name);
    const auto value = value_of(parameter, text);
    if (!value)
      section.reject(parameter.name, fmt::format("'{}' is not a value of '{}' (it is {})", text,
                                                 parameter.name, values_in_words(parameter)));
    configuration.values[i] = value.value_or(parameter.low);
  }
  if (section.ok() && !space.allows(configuration))
    section.reject("", "the configuration breaks a constraint of the space");
  return configuration;
}

}  // namespace campaign_sim
