#include "sim/cli/comparison_progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "sim/cli/terminal.hpp"
#include "sim/cli/wording.hpp"

namespace campaign_sim {

namespace {
constexpr std::chrono::milliseconds between_updates{100};
constexpr std::size_t most_lines = 40;  // more than that nobody reads
}  // namespace

ComparisonProgress::ComparisonProgress(std::vector<std::string> variants, std::size_t replicates,
                                       bool lower_is_better, bool quiet)
    : shown_{!quiet && ::isatty(STDERR_FILENO) != 0},
      lower_is_better_{lower_is_better},
      replicates_{replicates} {
  for (std::string& variant : variants)
    lines_.push_back({std::move(variant), 0, 0, std::numeric_limits<double>::quiet_NaN(), 0});
}

void ComparisonProgress::add(std::size_t variant, double best, double energy_kwh) {
  Line& line = lines_[variant];
  ++line.done;
  const bool better = lower_is_better_ ? best < line.best : best > line.best;
  if (std::isnan(line.best) || better) line.best = best;
  line.energy_kwh += energy_kwh;
  draw();
}

void ComparisonProgress::add_failure(std::size_t variant) {
  ++lines_[variant].failed;
  draw();
}

void ComparisonProgress::draw() {
  const Clock::time_point now = Clock::now();
  if (!shown_ || now < next_) return;
  next_ = now + between_updates;
  clear();
  const TerminalSize terminal = terminal_size();
  std::size_t widest = 0;
  for (const Line& line : lines_) widest = std::max(widest, line.variant.size());
  widest = std::min(widest, std::max<std::size_t>(8, terminal.columns / 3));
  // All lines and the cursor's must fit: what has scrolled out of sight cannot be redrawn.
  const std::size_t room = std::min(most_lines, terminal.rows > 3 ? terminal.rows - 2 : 1);
  std::string text;
  const auto show = [&](const std::string& line) {
    text += clipped(line, terminal.columns - 1) + '\n';
    ++drawn_;
  };
  for (const Line& line : lines_) {
    if (drawn_ >= room) break;
    std::string words =
        fmt::format("{:<{}}  {:>4} of {}", clipped(line.variant, widest), widest, line.done, replicates_);
    if (line.failed > 0) words += fmt::format(" · {} failed", line.failed);
    if (!std::isnan(line.best)) words += fmt::format(" · best {:.5g}", line.best);
    if (line.done > 0) words += fmt::format(" · {}", energy_in_words(line.energy_kwh));
    show(words);
  }
  if (drawn_ < lines_.size()) show(fmt::format("… and {} more variants", lines_.size() - drawn_));
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

void ComparisonProgress::clear() {
  if (drawn_ > 0) fmt::print(stderr, "\033[{}A\033[J", drawn_);
  std::fflush(stderr);
  drawn_ = 0;
}

}  // namespace campaign_sim
