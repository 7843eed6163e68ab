#include "analysis/calibration/node_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/calibration/catalogue_entry.hpp"
#include "analysis/calibration/log_table.hpp"
#include "sim/core/quoted.hpp"

namespace campaign_sim::calibration {

namespace {

constexpr double apart = 0.05;       // of load, from one level to another
constexpr double most_of_parts = 3;  // of all accelerators at their most: more is another unit
constexpr double fans_at_most = 1;   // what a platform takes

// The watts above rest of all accelerators of the node in one line of the log.
double dynamic_watts(const Reading& one, const NodeMachine& node) {
  const double resting = node.accelerators * node.idle_w;
  const double most = node.accelerators * node.max_w;
  if (one.accelerators_w) {
    if (*one.accelerators_w > 1.1 * most)
      throw LogError{
          fmt::format("{}: its accelerators draw {:g} W, but {} {} draw at most {:g} W; is that column "
                      "in mW, or the whole node's?",
                      one.place, *one.accelerators_w, node.accelerators, node.accelerator, most)};
    return std::max(0.0, *one.accelerators_w - resting);
  }
  if (!one.utilisation)
    throw LogError{
        fmt::format("{}: no load: a node is fitted over the watts or the utilisation of its "
                    "accelerators (a column accelerator_watts or utilisation; --accelerator-power and "
                    "--utilisation name them)",
                    one.place)};
  if (*one.utilisation <= at_rest) return 0;
  return node.accelerators *
         (node.curve.watts(*one.utilisation, Watts{node.idle_w}, Watts{node.max_w}).base() - node.idle_w);
}

std::vector<NodeReading> readings_of(const std::vector<Log>& logs, const NodeMachine& node) {
  const double range = node.accelerators * (node.max_w - node.idle_w);
  const double most = most_of_parts * node.accelerators * node.max_w;
  std::vector<NodeReading> readings;
  for (const Log& log : logs)
    for (const Reading& one : log.readings) {
      if (one.watts > most)
        throw LogError{
            fmt::format("{}: {:g} W, but the {} {} of a node of {} draw at most {:g} W together; is the "
                        "log in mW, or of several nodes?",
                        one.place, one.watts, node.accelerators, node.accelerator, node.platform,
                        node.accelerators * node.max_w)};
      const double dynamic = dynamic_watts(one, node);
      readings.push_back({one.place, dynamic / range, dynamic, one.watts, 0});
    }
  return readings;
}

struct Mean {
  double watts = 0;
  double dynamic_w = 0;
  double count = 0;
};

Mean mean_of(const std::vector<NodeReading>& readings, bool resting) {
  Mean mean;
  for (const NodeReading& one : readings)
    if ((one.load <= at_rest) == resting) {
      mean.watts += one.watts;
      mean.dynamic_w += one.dynamic_w;
      ++mean.count;
    }
  if (mean.count > 0) {
    mean.watts /= mean.count;
    mean.dynamic_w /= mean.count;
  }
  return mean;
}

// The slope of watts over the accelerators' watts, among the readings in which something runs.
double slope_among_running(const std::vector<NodeReading>& readings, const Mean& running) {
  double product = 0;
  double square = 0;
  for (const NodeReading& one : readings)
    if (one.load > at_rest) {
      product += (one.dynamic_w - running.dynamic_w) * (one.watts - running.watts);
      square += (one.dynamic_w - running.dynamic_w) * (one.dynamic_w - running.dynamic_w);
    }
  return product / square;
}

void measure_residuals(NodeFit& fit, const NodeMachine& node) {
  const double count = static_cast<double>(fit.readings.size());
  double mean = 0;
  for (const NodeReading& one : fit.readings) mean += one.watts / count;
  double residual = 0;
  double spread = 0;
  for (NodeReading& one : fit.readings) {
    const double held = one.load > at_rest ? node.accelerators * fit.held_w : 0;
    one.fitted_w = (fit.idle_w + node.accelerators * node.idle_w + held + (1 + fit.fans) * one.dynamic_w) /
                   node.conversion;
    residual += std::pow(one.watts - one.fitted_w, 2);
    spread += std::pow(one.watts - mean, 2);
  }
  fit.rmse_w = std::sqrt(residual / count);
  fit.r2 = spread > 0 ? 1 - residual / spread : 0;
  const auto ends = std::ranges::minmax(fit.readings, {}, &NodeReading::load);
  fit.lowest_load = ends.min.load;
  fit.highest_load = ends.max.load;
}

}  // namespace

NodeFit fit_node(const std::vector<Log>& logs, const NodeMachine& node) {
  NodeFit fit;
  fit.readings = readings_of(logs, node);
  const std::string& name = logs.front().name;
  const Mean rest = mean_of(fit.readings, true);
  const Mean running = mean_of(fit.readings, false);
  if (rest.count == 0)
    throw LogError{name +
                   ": no line at rest (load 0): what the host draws alone cannot be told; log some minutes "
                   "before the training starts"};
  if (running.count == 0)
    throw LogError{name +
                   ": every line is at rest (load 0): how the host follows its accelerators cannot be told"};

  const double resting_w = node.accelerators * node.idle_w;
  fit.idle_w = rest.watts * node.conversion - resting_w;
  if (fit.idle_w < 0)
    throw LogError{
        fmt::format("{}: at rest the node draws {:.1f} W, less than its {} {} at rest, {:g} W; is the log "
                    "in kW, of the host alone, or of another node?",
                    name, rest.watts, node.accelerators, node.accelerator, resting_w)};

  double lowest = 1;
  double highest = 0;
  for (const NodeReading& one : fit.readings) {
    if (one.load > at_rest) lowest = std::min(lowest, one.load);
    highest = std::max(highest, one.load);
  }
  fit.held_seen = highest - lowest >= apart;
  double slope = (running.watts - rest.watts) / running.dynamic_w;
  if (fit.held_seen)
    slope = std::min(slope, slope_among_running(fit.readings, running));  // a step up, not down
  fit.fans = slope * node.conversion - 1;
  if (slope < 0.5)
    throw LogError{
        fmt::format("{}: the node rises by {:.2f} W for each W that its accelerators should; does the log "
                    "hold the host alone, or is its load not theirs?",
                    name, slope)};
  if (fit.fans > fans_at_most)
    throw LogError{
        fmt::format("{}: the node rises by {:.2f} W for each W of its {} {}; has it more of them, or are "
                    "they of another kind?",
                    name, slope, node.accelerators, node.accelerator)};
  fit.fans = std::max(0.0, fit.fans);
  const double step = (running.watts - rest.watts) * node.conversion - (1 + fit.fans) * running.dynamic_w;
  fit.held_w = fit.held_seen ? std::max(0.0, step / node.accelerators) : 0;
  measure_residuals(fit, node);
  return fit;
}

std::string node_power_block(const NodeFit& fit, const std::vector<Log>& logs, const NodeMachine& node,
                             const std::string& command) {
  const std::string source =
      quoted(fmt::format("{}: RMSE {:.1f} W, R2 {:.3f}", names_of(logs), fit.rmse_w, fit.r2));
  std::string text = fmt::format(
      "# Made by: {}\n# Node of {} {}: RMSE {:.1f} W, R2 {:.3f} over {} readings; valid for loads of its "
      "accelerators "
      "from {:.0f} to {:.0f} % of their range.\n",
      command, node.accelerators, node.accelerator, fit.rmse_w, fit.r2, fit.readings.size(),
      100 * fit.lowest_load, 100 * fit.highest_load);
  if (!fit.held_seen)
    text +=
        "# All readings under load are at one load: what a held accelerator costs its host is in 'fans'.\n";
  text += "# In a cluster, instead of 'node_base':\nnode_power:\n";
  text += fmt::format("  idle: {{value: {:.1f} W, source: {}, mark: measured}}\n", fit.idle_w, source);
  text += fmt::format("  cpu: {{value: {:.1f} W, source: {}, mark: measured}}\n", fit.held_w, source);
  text += fmt::format("  fans: {{value: {:.4f}, source: {}, mark: measured}}\n", fit.fans, source);
  text += fmt::format("  conversion: {{value: {:g}, source: \"given to calibrate\", mark: assumed}}\n",
                      node.conversion);
  return text;
}

std::string node_readings_csv(const NodeFit& fit) {
  std::string text =
      "part,place,work,utilisation,cap_w,watts,fitted_watts,uncapped_watts,slowdown,fitted_slowdown\n";
  for (const NodeReading& one : fit.readings)
    text += fmt::format("curve,{},,{},,{},{},,,\n", csv_cell(one.place), one.load, one.watts, one.fitted_w);
  return text;
}

}  // namespace campaign_sim::calibration
