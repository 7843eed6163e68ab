// The options of `calibrate`, and which of its three fits reads them.
#pragma once

#include <string>
#include <vector>

#include "analysis/calibration/log_file.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace campaign_sim {

struct CalibrateOptions {
  std::vector<std::string> logs;
  std::string accelerator;
  std::string node;     // a platform: the log is of one of its nodes
  bool speeds = false;  // the logs are timed steps of a training
  double conversion = 1;
  std::string out;
  calibration::ColumnNames columns;
  bool force = false;
  bool quiet = false;
};

class CalibrateCommandLine {
 public:
  explicit CalibrateCommandLine(CLI::App& app);
  // Throws ConfigError that names every option which this fit does not read, and why.
  const CalibrateOptions& checked() const;

 private:
  CalibrateOptions options_;
  const CLI::App& app_;
};

}  // namespace campaign_sim
