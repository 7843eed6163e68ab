// Which options of a sub-command do not go together. An option that nothing reads would leave its user in the
// belief that it counted.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace campaign_sim {

struct Conflict {
  const char* option;
  const char* other;  // it is refused beside this one
  const char* why;
};

struct Need {
  const char* option;
  const char* needed;
  const char* why;
};

bool is_given(const CLI::App& command, const std::string& option);

// A line for each rule that the command line breaks; empty if there is none.
std::string broken_rules(const CLI::App& command, std::span<const Conflict> conflicts,
                         std::span<const Need> needs);

// An empty text is a variable of the user's shell that was not set, not the default. Throws ConfigError.
void expect_no_empty_values(const CLI::App& command);

}  // namespace campaign_sim
