#include "sim/search/space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/search/constraint.hpp"
#include "sim/search/parameter.hpp"
#include "sim/search/transform.hpp"
#include "sim/search/values.hpp"

namespace campaign_sim {

namespace {

constexpr std::string_view constraints_key = "constraints";

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
  if (space.is_scalar(name))  // `vocabulary: 32000`
    return {constant_parameter(name, space.text(name)), space, std::nullopt, {}};
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

}  // namespace campaign_sim
