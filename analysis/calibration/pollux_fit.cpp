#include "analysis/calibration/pollux_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "analysis/calibration/block_least_squares.hpp"
#include "analysis/calibration/catalogue_entry.hpp"
#include "sim/core/quoted.hpp"

namespace campaign_sim::calibration {

namespace {

enum class Links { none, local, node };

Links links_of(const StepReading& reading) {
  if (reading.accelerators <= 1) return Links::none;
  return reading.nodes > 1 ? Links::node : Links::local;
}

// How many accelerators were timed together over these links.
std::set<double> counts_over(const std::vector<StepReading>& readings, Links links) {
  std::set<double> counts;
  for (const StepReading& one : readings)
    if (links_of(one) == links) counts.insert(one.accelerators);
  return counts;
}

// The model's constants as free numbers: whatever those are, the constants are possible ones. What the
// readings do not tell is left out.
class FreeConstants {
 public:
  explicit FreeConstants(const std::vector<StepReading>& readings)
      : local_{counts_over(readings, Links::local)}, node_{counts_over(readings, Links::node)} {
    const auto fastest = std::ranges::min_element(readings, {}, &StepReading::seconds);
    scale_ = fastest->seconds;
    const auto [least, most] = std::ranges::minmax(readings, {}, &StepReading::batch_per_accelerator);
    batch_ = {least.batch_per_accelerator, most.batch_per_accelerator};
  }

  PolluxConstants from(const Numbers& z) const {
    std::size_t next = 0;
    const auto positive = [&](double unit) { return Seconds{unit * std::exp(z[next++])}; };
    const auto sync = [&](const std::set<double>& counts) -> std::optional<PolluxSync> {
      if (counts.empty()) return std::nullopt;
      const Seconds alpha = positive(scale_);
      const Seconds beta = counts.size() > 1 ? positive(scale_ / 10) : Seconds{0};
      return PolluxSync{alpha, beta, TimedRange{*counts.begin(), *counts.rbegin()}};
    };
    PolluxConstants c;
    c.alpha_grad = positive(scale_ / 2);
    c.beta_grad = positive(scale_ / 2 / batch_.least);
    c.local = sync(local_);
    c.node = sync(node_);
    if (c.local || c.node) c.gamma = 1 + 9 / (1 + std::exp(-z[next]));
    c.batch_per_accelerator = batch_;
    return c;
  }

  Numbers start(double gamma) const {
    std::size_t count = 2;
    for (const auto* counts : {&local_, &node_})
      if (!counts->empty()) count += counts->size() > 1 ? 2 : 1;
    Numbers z(count, 0.0);
    if (count > 2) z.push_back(std::log((gamma - 1) / (10 - gamma)));
    return z;
  }

 private:
  std::set<double> local_, node_;
  double scale_ = 1;  // s
  TimedRange batch_;
};

double seconds_of(const PolluxConstants& constants, const StepReading& one) {
  return pollux_step_time(constants, one.nodes, one.accelerators, one.batch_per_accelerator).base();
}

void expect_enough(const std::vector<StepReading>& readings) {
  const auto [least, most] = std::ranges::minmax(readings, {}, &StepReading::batch_per_accelerator);
  if (least.batch_per_accelerator == most.batch_per_accelerator)
    throw LogError{
        fmt::format("{}: all steps have {:g} samples on each accelerator: what a sample costs cannot be told "
                    "from what a step costs; time another batch, too",
                    readings.front().place, least.batch_per_accelerator)};
  if (std::ranges::none_of(readings, [](const StepReading& one) { return one.accelerators == 1; }))
    throw LogError{
        fmt::format("{}: no step is of one accelerator: computing cannot be told from exchanging; time one "
                    "alone, too",
                    readings.front().place)};
}

void measure_errors(PolluxFit& fit) {
  std::vector<double> errors;
  for (const StepReading& one : fit.readings) {
    fit.fitted_s.push_back(seconds_of(fit.constants, one));
    errors.push_back(std::abs(fit.fitted_s.back() / one.seconds - 1));
  }
  std::ranges::sort(errors);
  fit.median_error = errors[errors.size() / 2];
  fit.largest_error = errors.back();
  fit.within_15_percent = static_cast<std::size_t>(std::ranges::upper_bound(errors, 0.15) - errors.begin());
}

}  // namespace

PolluxFit fit_pollux(std::vector<StepReading> readings) {
  expect_enough(readings);
  const FreeConstants free{readings};
  const BlockProblem problem{1, [&](std::size_t, const Numbers& z, const Numbers&) {
                               const PolluxConstants constants = free.from(z);
                               Numbers residuals;
                               for (const StepReading& one : readings)
                                 residuals.push_back(std::log(seconds_of(constants, one) / one.seconds));
                               return residuals;
                             }};
  // The sum has several valleys, which differ in how far exchanges hide.
  std::optional<BlockSolution> best;
  for (const double gamma : {1.2, 2.0, 4.0}) {
    BlockSolution found = minimise(problem, {free.start(gamma), {Numbers{}}});
    if (!best || found.sum < best->sum) best = std::move(found);
  }
  PolluxFit fit;
  fit.constants = free.from(best->shared);
  fit.readings = std::move(readings);
  measure_errors(fit);
  return fit;
}

std::string pollux_block(const PolluxFit& fit, const std::string& logs, const std::string& command) {
  const PolluxConstants& c = fit.constants;
  std::string text = fmt::format(
      "# Made by: {}\n# Pollux' throughput model (Qiao et al. 2021) over {} steps: {:.1f} % off in the "
      "median, {:.0f} % at "
      "most; {} within 15 %.\n# In a scenario's workload:\nthroughput:\n  pollux:\n",
      command, fit.readings.size(), 100 * fit.median_error, 100 * fit.largest_error, fit.within_15_percent);
  const std::string source = quoted("fitted to " + logs);
  std::string_view lead = "  - ";
  const auto add = [&](std::string_view key, Seconds value) {
    text += fmt::format("  {}{}: {{value: {:.6g} s, source: {}, mark: measured}}\n", lead, key, value.base(),
                        source);
    lead = "    ";
  };
  const auto add_range = [&](std::string_view key, const std::optional<TimedRange>& range) {
    text += fmt::format("      {}: [{:g}, {:g}]\n", key, range->least, range->most);
  };
  if (!c.accelerator.empty()) {
    text += fmt::format("{}accelerator: {}\n", "    - ", quoted(c.accelerator));
    lead = "    ";
  }
  add("alpha_grad", c.alpha_grad);
  add("beta_grad", c.beta_grad);
  add_range("batch_per_accelerator", c.batch_per_accelerator);
  if (c.local) {
    add("alpha_sync_local", c.local->alpha);
    add("beta_sync_local", c.local->beta);
    add_range("accelerators_in_node", c.local->accelerators);
  }
  if (c.node) {
    add("alpha_sync_node", c.node->alpha);
    add("beta_sync_node", c.node->beta);
    add_range("accelerators_over_nodes", c.node->accelerators);
  }
  if (c.local || c.node)
    text += fmt::format("      gamma: {{value: {:.6g}, source: {}, mark: measured}}\n", c.gamma, source);
  return text;
}

std::string pollux_readings_csv(const PolluxFit& fit) {
  std::string text = "part,place,nodes,accelerators,batch_per_accelerator,step_s,fitted_step_s\n";
  for (std::size_t i = 0; i < fit.readings.size(); ++i) {
    const StepReading& one = fit.readings[i];
    text += fmt::format("speed,{},{},{},{},{},{}\n", csv_cell(one.place), one.nodes, one.accelerators,
                        one.batch_per_accelerator, one.seconds, fit.fitted_s[i]);
  }
  return text;
}

}  // namespace campaign_sim::calibration
