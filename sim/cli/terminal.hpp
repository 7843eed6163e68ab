// The terminal that progress is shown on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace campaign_sim {

struct TerminalSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};
// Of standard error; what every terminal has if it does not say.
TerminalSize terminal_size();

// The first so many letters: a line that is wider than the terminal becomes two, and two cannot be redrawn as
// one.
std::string clipped(std::string_view line, std::size_t columns);

}  // namespace campaign_sim
