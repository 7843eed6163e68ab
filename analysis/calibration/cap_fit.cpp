#include "analysis/calibration/cap_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace campaign_sim::calibration {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index parameters = 5;
constexpr int most_steps = 100;

double within(double z, double low, double high) { return low + (high - low) / (1 + std::exp(-z)); }
double without(double value, double low, double high) {
  const double share = std::clamp((value - low) / (high - low), 1e-3, 1 - 1e-3);
  return std::log(share / (1 - share));
}

// The parameters as free numbers: whatever they are, the response is a possible one, and the lowest cap lies
// above what does not follow the clock.
class Coordinates {
 public:
  explicit Coordinates(double largest_static) : largest_static_{largest_static} {}

  CapResponse response(const VectorXd& z) const {
    CapResponse r;
    r.static_draw = within(z[0], 0, largest_static_);
    r.memory = within(z[1], r.static_draw + margin, 1 - 2 * margin);
    r.compute = within(z[2], r.memory + margin, 1);
    r.floor_clock = within(z[3], 0.05, 0.99);
    r.floor_voltage = within(z[4], 0.05, 1);
    return r;
  }

  VectorXd free(const CapResponse& r) const {
    VectorXd z(parameters);
    z << without(r.static_draw, 0, largest_static_),
        without(r.memory, r.static_draw + margin, 1 - 2 * margin), without(r.compute, r.memory + margin, 1),
        without(r.floor_clock, 0.05, 0.99), without(r.floor_voltage, 0.05, 1);
    return z;
  }

 private:
  static constexpr double margin = 0.01;
  double largest_static_;
};

struct Problem {
  const std::vector<CappedReading>& readings;
  Coordinates coordinates;
  double idle_w;
  double max_w;

  VectorXd residuals(const VectorXd& z) const {
    const CapResponse response = coordinates.response(z);
    VectorXd result(2 * static_cast<Index>(readings.size()));
    Index i = 0;
    for (const CappedReading& one : readings) {
      const Capped capped = under_cap(response, Watts{idle_w}, Watts{max_w}, Watts{one.cap_w},
                                      Watts{one.uncapped_w}, std::nullopt);
      result[i++] = std::log(capped.slowdown / one.slowdown);
      result[i++] = std::log(capped.draw.base() / one.watts);
    }
    return result;
  }

  MatrixXd jacobian(const VectorXd& z) const {
    constexpr double step = 1e-4;
    MatrixXd slopes(2 * static_cast<Index>(readings.size()), parameters);
    for (Index p = 0; p < parameters; ++p) {
      VectorXd above = z;
      VectorXd below = z;
      above[p] += step;
      below[p] -= step;
      slopes.col(p) = (residuals(above) - residuals(below)) / (2 * step);
    }
    return slopes;
  }
};

// Marquardt, SIAM J. Applied Mathematics 11, 1963. Returns the sum of squares.
double minimise(const Problem& problem, VectorXd& z) {
  double damping = 1e-2;
  VectorXd residuals = problem.residuals(z);
  double sum = residuals.squaredNorm();
  for (int step = 0; step < most_steps && damping < 1e8; ++step) {
    const MatrixXd slopes = problem.jacobian(z);
    MatrixXd normal = slopes.transpose() * slopes;
    for (Index i = 0; i < parameters; ++i) normal(i, i) += damping * std::max(normal(i, i), 1e-9);
    const VectorXd move = normal.ldlt().solve(-slopes.transpose() * residuals);
    const VectorXd there = z + move.cwiseMax(-2.0).cwiseMin(2.0);
    const VectorXd residuals_there = problem.residuals(there);
    const double sum_there = residuals_there.squaredNorm();
    if (!(sum_there < sum)) {
      damping *= 4;
      continue;
    }
    const bool settled = sum - sum_there < 1e-12 * sum;
    z = there;
    residuals = residuals_there;
    sum = sum_there;
    damping = std::max(damping / 3, 1e-9);
    if (settled) break;
  }
  return sum;
}

RelativeError error_of(const std::vector<CappedReading>& readings, double (*ratio)(const CappedReading&)) {
  RelativeError error;
  for (const CappedReading& one : readings) {
    const double off = std::abs(ratio(one) - 1);
    error.mean += off / static_cast<double>(readings.size());
    error.largest = std::max(error.largest, off);
  }
  return error;
}

}  // namespace

std::vector<CappedReading> capped_readings(const std::vector<Reading>& readings, double max_w) {
  struct Mean {
    double watts = 0;
    double seconds = 0;
    double count = 0;
    std::string place;
  };
  std::map<std::string, std::map<double, Mean>> by_work;
  for (const Reading& one : readings) {
    if (one.work.empty() || !one.cap_w || !one.seconds) continue;
    Mean& mean = by_work[one.work][*one.cap_w];
    if (mean.count == 0) mean.place = one.place;
    mean.watts += one.watts;
    mean.seconds += *one.seconds;
    ++mean.count;
  }
  std::vector<CappedReading> result;
  for (const auto& [work, caps] : by_work) {
    const auto& [highest, uncapped] = *caps.rbegin();
    if (highest < 0.999 * max_w) continue;
    for (const auto& [cap, mean] : caps) {
      if (cap == highest) continue;
      const double slowdown = (mean.seconds / mean.count) / (uncapped.seconds / uncapped.count);
      result.push_back(
          {mean.place, work, cap, uncapped.watts / uncapped.count, mean.watts / mean.count, slowdown, 0, 0});
    }
  }
  return result;
}

void apply(const CapResponse& response, std::vector<CappedReading>& readings, double idle_w, double max_w) {
  for (CappedReading& one : readings) {
    const Capped capped = under_cap(response, Watts{idle_w}, Watts{max_w}, Watts{one.cap_w},
                                    Watts{one.uncapped_w}, std::nullopt);
    one.fitted_slowdown = capped.slowdown;
    one.fitted_watts = capped.draw.base();
  }
}

std::optional<CapFit> fit_cap(std::vector<CappedReading> readings, double idle_w, double max_w) {
  if (readings.size() < 2 * parameters) return std::nullopt;
  const auto caps = std::ranges::minmax(readings, {}, &CappedReading::cap_w);
  const double largest_static = 0.95 * (caps.min.cap_w - idle_w) / (max_w - idle_w);
  if (!(largest_static > 0)) return std::nullopt;
  const Problem problem{readings, Coordinates{largest_static}, idle_w, max_w};

  // From several beginnings, for the voltage's floor makes more than one valley.
  const CapResponse typical;
  std::vector<CapResponse> beginnings = {typical, typical, typical};
  beginnings[1].floor_clock = 0.5;
  beginnings[1].floor_voltage = 0.6;
  beginnings[2].static_draw = largest_static / 2;
  beginnings[2].memory = 0.5;
  double least = std::numeric_limits<double>::infinity();
  CapFit fit;
  for (const CapResponse& beginning : beginnings) {
    VectorXd z = problem.coordinates.free(beginning);
    const double sum = minimise(problem, z);
    if (sum >= least) continue;
    least = sum;
    fit.response = problem.coordinates.response(z);
  }
  apply(fit.response, readings, idle_w, max_w);
  fit.time = error_of(readings, [](const CappedReading& one) { return one.fitted_slowdown / one.slowdown; });
  fit.energy = error_of(readings, [](const CappedReading& one) {
    return one.fitted_slowdown * one.fitted_watts / (one.slowdown * one.watts);
  });
  std::set<std::string> works;
  for (const CappedReading& one : readings) works.insert(one.work);
  fit.works = works.size();
  fit.lowest_cap_w = caps.min.cap_w;
  fit.highest_cap_w = caps.max.cap_w;
  fit.readings = std::move(readings);
  return fit;
}

}  // namespace campaign_sim::calibration
