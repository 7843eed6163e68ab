#include "sim/cli/option_rules.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "sim/config/reader.hpp"

namespace campaign_sim {

bool is_given(const CLI::App& command, const std::string& option) {
  return command.get_option(option)->count() > 0;
}

std::string broken_rules(const CLI::App& command, std::span<const Conflict> conflicts,
                         std::span<const Need> needs) {
  const auto conflict_of = [&](const char* option) {
    return std::ranges::find_if(conflicts, [&](const Conflict& rule) {
      return std::string_view{rule.option} == option && is_given(command, rule.other);
    });
  };
  std::string mistakes;
  for (const auto& [option, other, why] : conflicts)
    if (is_given(command, option) && is_given(command, other))
      mistakes +=
          fmt::format("{}: error: {} and {}: {}; give one of them\n", command.get_name(), option, other, why);
  for (const auto& [option, needed, why] : needs)
    if (is_given(command, option) && !is_given(command, needed) && conflict_of(option) == conflicts.end())
      mistakes +=
          fmt::format("{}: error: {} goes with {} only ({})\n", command.get_name(), option, needed, why);
  return mistakes;
}

void expect_no_empty_values(const CLI::App& command) {
  std::string mistakes;
  for (const CLI::Option* option : command.get_options()) {
    const auto& values = option->results();
    if (option->get_items_expected_min() > 0 &&  // of one that may stand alone, CLI11 gives an empty value
        std::ranges::find(values, std::string{}) != values.end())
      mistakes += fmt::format("{}: error: {} is empty; give it a value, or leave it out\n",
                              command.get_name(), option->get_name());
  }
  if (!mistakes.empty()) throw ConfigError{mistakes};
}

}  // namespace campaign_sim
