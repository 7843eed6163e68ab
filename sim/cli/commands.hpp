// The sub-commands of campaign-sim, a file each. A sub-command adds itself and its options to the command
// line, and says what is done when it is chosen: that returns the exit status; a user's mistake is thrown as
// ConfigError or OutputError.
#pragma once

#include <array>
#include <functional>

namespace CLI {
class App;
}

namespace campaign_sim {

struct SubCommand {
  CLI::App* app;
  std::function<int()> start;
};

SubCommand run_command(CLI::App& program);
SubCommand check_command(CLI::App& program);
SubCommand compare_command(CLI::App& program);
SubCommand sensitivity_command(CLI::App& program);
SubCommand brackets_command(CLI::App& program);
SubCommand bill_command(CLI::App& program);
SubCommand calibrate_command(CLI::App& program);
SubCommand report_command(CLI::App& program);
SubCommand list_command(CLI::App& program);

// In the order of `campaign-sim --help`.
inline constexpr std::array sub_commands = {run_command,         check_command,    compare_command,
                                            sensitivity_command, brackets_command, bill_command,
                                            calibrate_command,   report_command,   list_command};

}  // namespace campaign_sim
