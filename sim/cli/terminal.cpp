#include "sim/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

namespace campaign_sim {

TerminalSize terminal_size() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

std::string clipped(std::string_view line, std::size_t columns) {
  std::size_t letters = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool begins_letter = (static_cast<unsigned char>(line[i]) & 0xC0U) != 0x80U;  // of UTF-8
    if (begins_letter && ++letters > columns) return std::string{line.substr(0, i)};
  }
  return std::string{line};
}

}  // namespace campaign_sim
