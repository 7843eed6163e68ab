// A node's watts over the watts of its accelerators, from a log of the whole node: what `node_power` of a
// platform says of the host.
//
//   watts · conversion = idle + accelerators at rest + held + (1 + fans) · (their watts above rest)
//
// in which `held` is there from the moment that anything runs. All in all a straight line with a step at its
// foot.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/calibration/readings.hpp"
#include "sim/power/power_curve.hpp"

namespace campaign_sim::calibration {

// What is known of the node before.
struct NodeMachine {
  std::string platform;
  std::string accelerator;
  unsigned accelerators = 1;  // in a node
  double idle_w = 0;          // of one
  double max_w = 0;
  PowerCurve curve = typical_power_curve();
  double conversion = 1;  // of the power supplies, which a log of one side of them cannot tell
};

struct NodeReading {
  std::string place;
  double load = 0;       // of the accelerators: their watts above rest, as a share of the most
  double dynamic_w = 0;  // their watts above rest, together
  double watts = 0;
  double fitted_w = 0;
};

struct NodeFit {
  double idle_w = 0;  // behind the power supplies, as the platform has it
  double held_w = 0;  // for each accelerator
  double fans = 0;
  bool held_seen = false;  // readings at two loads and more: else step and slope are one
  double rmse_w = 0;
  double r2 = 0;
  double lowest_load = 0;
  double highest_load = 0;
  std::vector<NodeReading> readings;
};

// By least squares. Throws LogError for what is not a node's log: no load, nothing at rest, nothing running,
// less than its accelerators draw alone, mW or kW for W.
NodeFit fit_node(const std::vector<Log>& logs, const NodeMachine& node);

// The block for the platform's cluster, with how well it fits and where it holds in its head.
std::string node_power_block(const NodeFit& fit, const std::vector<Log>& logs, const NodeMachine& node,
                             const std::string& command);
// Every reading beside the fit, as analysis/plot_calibration.py draws it.
std::string node_readings_csv(const NodeFit& fit);

}  // namespace campaign_sim::calibration
