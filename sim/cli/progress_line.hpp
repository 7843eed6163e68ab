// One line on the terminal that says how a run stands; nothing where nobody watches.
#pragma once

#include <chrono>

#include "sim/campaign/campaign.hpp"

namespace campaign_sim {

class ProgressLine {
 public:
  // Silent unless standard error is a terminal and `quiet` is false.
  explicit ProgressLine(bool quiet);
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  bool shown() const { return shown_; }
  void show(const Progress& progress);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool shown_;
  bool dirty_ = false;
  Clock::time_point started_ = Clock::now();
  Clock::time_point next_ = started_;
};

}  // namespace campaign_sim
