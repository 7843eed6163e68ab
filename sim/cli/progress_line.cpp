#include "sim/cli/progress_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

#include "sim/cli/terminal.hpp"
#include "sim/cli/wording.hpp"

namespace campaign_sim {

namespace {
constexpr std::chrono::milliseconds between_updates{200};
}

ProgressLine::ProgressLine(bool quiet) : shown_{!quiet && ::isatty(STDERR_FILENO) != 0} {}

void ProgressLine::show(const Progress& progress) {
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + between_updates;
  const double elapsed_s = std::chrono::duration<double>(now - started_).count();
  const double segments_per_s = elapsed_s > 0 ? static_cast<double>(progress.segments) / elapsed_s : 0;
  const std::string line =
      fmt::format("{} simulated · {} trials started, {} ended · {} · {} segments/s",
                  duration_in_words(progress.now.base()), in_words(progress.trials_started),
                  in_words(progress.trials_ended), energy_in_words(kwh(progress.energy)),
                  in_words(std::round(segments_per_s)));
  fmt::print(stderr, "\r\033[K{}", clipped(line, terminal_size().columns - 1));
  std::fflush(stderr);
  dirty_ = true;
}

void ProgressLine::clear() {
  if (dirty_) fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  dirty_ = false;
}

}  // namespace campaign_sim
