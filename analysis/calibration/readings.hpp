// What a user's log says about the power of a machine, whichever program wrote it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace campaign_sim::calibration {

// One line of a log: the draw at an instant, or the mean over a stretch of work.
struct Reading {
  std::string place;                                    // file:line
  double watts = 0;                                     // of one accelerator, or of the node
  std::optional<double> accelerators_w = std::nullopt;  // in a node's log: of all its accelerators together
  std::optional<double> utilisation;                    // 0 … 1, as the log defines it
  std::optional<double> flops;                          // sustained FLOP/s, where the log has that instead
  std::string precision;          // of those: fp32, tf32, fp16, bf16, fp8; empty if it is not said
  std::optional<double> cap_w;    // the power limit that was set
  std::string work;               // what ran, so that it can be found again under another cap
  std::optional<double> seconds;  // that a fixed piece of that work took
};

struct Log {
  std::string name;    // the file, without its folder
  std::string layout;  // "nvidia-smi"
  std::string date;    // 2024-05-31, of the first line; empty where the log does not tell
  std::string device;  // as the log names it; empty where it does not
  std::vector<Reading> readings;
};

}  // namespace campaign_sim::calibration
