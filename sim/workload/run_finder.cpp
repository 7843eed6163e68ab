#include "sim/workload/run_finder.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace campaign_sim {

namespace {

// A value as the point of its grid, so that 0.1 + 2 · 0.1 and 0.3 are the same. What lies between two points
// is neither of them.
double grid_point(const Parameter& parameter, double value) {
  constexpr double rounding = 1e-6;  // of a step
  if (parameter.is_choice() || parameter.step <= 0) return value;
  const double steps = (value - parameter.low) / parameter.step;
  return std::abs(steps - std::round(steps)) <= rounding ? std::round(steps) : steps;
}

// Equal values, equal key.
std::uint64_t key_of(const Space& space, const std::vector<double>& values) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double point = std::isnan(values[i]) ? inactive : grid_point(space.parameters[i], values[i]) + 0.0;
    hash = std::rotl((hash ^ std::bit_cast<std::uint64_t>(point)) * 0x100000001b3, 31);
  }
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  return hash ^ (hash >> 33);
}

// Looked up only, never walked through: its order cannot matter.
using GroupByKey = std::unordered_map<std::uint64_t, std::size_t>;

class ExactFinder final : public RunFinder {
 public:
  ExactFinder(const Space& space, const std::vector<EncodedRun>& groups) : space_{space} {
    for (std::size_t i = 0; i < groups.size(); ++i) group_.emplace(key_of(space, groups[i]), i);
  }
  std::optional<std::size_t> group_of(const Configuration& configuration) const override {
    const auto found = group_.find(key_of(space_, configuration.values));
    if (found == group_.end()) return std::nullopt;
    return found->second;
  }

 private:
  Space space_;
  GroupByKey group_;
};

class NearestFinder final : public RunFinder {
 public:
  NearestFinder(const Space& space, std::vector<EncodedRun> groups)
      : space_{space}, groups_{std::move(groups)} {}

  std::optional<std::size_t> group_of(const Configuration& configuration) const override {
    const std::uint64_t key = key_of(space_, configuration.values);
    const auto known = known_.find(key);
    if (known != known_.end()) return known->second;
    std::size_t nearest = 0;
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      const double distance = squared_distance(configuration.values, groups_[i]);
      if (distance < smallest) {
        smallest = distance;
        nearest = i;
      }
    }
    known_.emplace(key, nearest);
    return nearest;
  }

 private:
  double squared_distance(const std::vector<double>& a, const EncodedRun& b) const {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const double d = difference(space_.parameters[i], a[i], b[i]);
      sum += d * d;
    }
    return sum;
  }

  static double difference(const Parameter& p, double a, double b) {
    if (std::isnan(a)) return 0;  // an inactive parameter does not tell runs apart
    if (p.kind == ParameterKind::categorical) return a == b ? 0 : 1;
    if (p.high <= p.low) return 0;
    if (p.log) return std::log(a / b) / std::log(p.high / p.low);
    return (a - b) / (p.high - p.low);
  }

  Space space_;
  std::vector<EncodedRun> groups_;
  mutable GroupByKey known_;  // remembers what a search found; the answer is the same either way
};

class NumberedFinder final : public RunFinder {
 public:
  explicit NumberedFinder(std::size_t parameter) : parameter_{parameter} {}
  std::optional<std::size_t> group_of(const Configuration& configuration) const override {
    return static_cast<std::size_t>(configuration.values[parameter_]) - 1;
  }

 private:
  std::size_t parameter_;
};

// All values of a parameter; nothing if it has infinitely many or comes and goes with another.
std::optional<std::vector<double>> all_values(const Parameter& p) {
  const double step = p.is_choice() ? 1 : p.kind == ParameterKind::integer ? std::max(p.step, 1.0) : p.step;
  if (step <= 0 || p.when) return std::nullopt;
  std::vector<double> values;
  for (std::size_t i = 0; p.low + static_cast<double>(i) * step <= p.high + 1e-9 * step && i < 1000000; ++i)
    values.push_back(p.low + static_cast<double>(i) * step);
  return values;
}

}  // namespace

std::vector<std::vector<std::size_t>> groups_of_equals(const Space& space,
                                                       const std::vector<EncodedRun>& runs) {
  std::vector<std::vector<std::size_t>> groups;
  GroupByKey group_of;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto [found, is_new] = group_of.emplace(key_of(space, runs[i]), groups.size());
    if (is_new) groups.emplace_back();
    groups[found->second].push_back(i);
  }
  return groups;
}

std::unique_ptr<RunFinder> make_exact_finder(const Space& space, const std::vector<EncodedRun>& groups) {
  return std::make_unique<ExactFinder>(space, groups);
}

std::unique_ptr<RunFinder> make_nearest_finder(const Space& space, std::vector<EncodedRun> groups) {
  return std::make_unique<NearestFinder>(space, std::move(groups));
}

std::unique_ptr<RunFinder> make_numbered_finder(std::size_t parameter) {
  return std::make_unique<NumberedFinder>(parameter);
}

std::optional<Configuration> configuration_without_run(const Space& space, const RunFinder& finder,
                                                       std::size_t limit) {
  std::vector<std::vector<double>> axes;
  for (const Parameter& parameter : space.parameters) {
    auto values = all_values(parameter);
    if (!values) return std::nullopt;
    axes.push_back(std::move(*values));
  }
  // Counts through the grid like an odometer, the last parameter fastest.
  std::vector<std::size_t> at(axes.size(), 0);
  Configuration configuration{std::vector<double>(axes.size())};
  for (std::size_t looked = 0; looked < limit; ++looked) {
    for (std::size_t i = 0; i < axes.size(); ++i) configuration.values[i] = axes[i][at[i]];
    if (space.allows(configuration) && !finder.group_of(configuration)) return configuration;
    std::size_t wheel = axes.size();
    while (wheel > 0 && ++at[wheel - 1] == axes[wheel - 1].size()) at[--wheel] = 0;
    if (wheel == 0) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace campaign_sim
