// How a comparison stands, on a terminal: a line per variant, redrawn in place.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace campaign_sim {

class ComparisonProgress {
 public:
  // Silent unless standard error is a terminal and `quiet` is false.
  ComparisonProgress(std::vector<std::string> variants, std::size_t replicates, bool lower_is_better,
                     bool quiet);
  ~ComparisonProgress() { clear(); }
  ComparisonProgress(const ComparisonProgress&) = delete;
  ComparisonProgress& operator=(const ComparisonProgress&) = delete;

  bool shown() const { return shown_; }
  // `best` is NaN for a replicate that measured nothing.
  void add(std::size_t variant, double best, double energy_kwh);
  void add_failure(std::size_t variant);
  void clear();

 private:
  struct Line {
    std::string variant;
    std::size_t done = 0;
    std::size_t failed = 0;
    double best;
    double energy_kwh = 0;
  };
  void draw();

  using Clock = std::chrono::steady_clock;
  bool shown_;
  bool lower_is_better_;
  std::size_t replicates_;
  std::vector<Line> lines_;
  std::size_t drawn_ = 0;  // lines on the terminal now
  Clock::time_point next_ = Clock::now();
};

}  // namespace campaign_sim
