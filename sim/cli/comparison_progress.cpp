#include "sim/cli/comparison_progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "sim/cli/wording.hpp"

namespace campaign_sim {

namespace {
constexpr std::chrono::milliseconds between_updates{100};
constexpr std::size_t most_lines = 20;  // fits the smallest terminal
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
  std::size_t widest = 0;
  for (const Line& line : lines_) widest = std::max(widest, line.variant.size());
  std::string text;
  std::size_t left_out = 0;
  for (const Line& line : lines_) {
    if (drawn_ >= most_lines) {
      ++left_out;
      continue;
    }
    text += fmt::format("{:<{}}  {:>4} of {}", line.variant, widest, line.done, replicates_);
    if (!std::isnan(line.best)) text += fmt::format(" · best {:.5g}", line.best);
    if (line.done > 0) text += fmt::format(" · {}", energy_in_words(line.energy_kwh));
    if (line.failed > 0) text += fmt::format(" · {} failed", line.failed);
    text += '\n';
    ++drawn_;
  }
  if (left_out > 0) {
    text += fmt::format("… and {} more variants\n", left_out);
    ++drawn_;
  }
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

void ComparisonProgress::clear() {
  if (drawn_ > 0) fmt::print(stderr, "\033[{}A\033[J", drawn_);
  std::fflush(stderr);
  drawn_ = 0;
}

}  // namespace campaign_sim
