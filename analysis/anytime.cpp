#include "analysis/anytime.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/expect.hpp"

namespace campaign_sim {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// The completions that improve on all before them, in ascending order of `at`.
std::vector<Completion> improvements(std::span<const Completion> run) {
  std::vector<Completion> sorted;
  for (const Completion& c : run)
    if (!std::isnan(c.value)) sorted.push_back(c);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.at < b.at; });

  std::vector<Completion> steps;
  for (const Completion& c : sorted)
    if (steps.empty() || c.value < steps.back().value) steps.push_back(c);
  return steps;
}

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return values.empty() ? unknown : sum / static_cast<double>(values.size());
}

double median_of(std::vector<double> values) {
  if (values.empty()) return unknown;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double standard_error_of(std::span<const double> values) {
  if (values.size() < 2) return unknown;
  const double mean = mean_of(values);
  double squares = 0;
  for (const double v : values) squares += (v - mean) * (v - mean);
  const auto n = static_cast<double>(values.size());
  return std::sqrt(squares / (n - 1) / n);
}

}  // namespace

std::vector<double> best_so_far(std::span<const Completion> run, std::span<const double> grid) {
  CS_EXPECT(std::is_sorted(grid.begin(), grid.end()));
  const auto steps = improvements(run);
  std::vector<double> best;
  best.reserve(grid.size());
  double current = unknown;
  auto next = steps.begin();
  for (const double point : grid) {
    for (; next != steps.end() && next->at <= point; ++next) current = next->value;
    best.push_back(current);
  }
  return best;
}

double area_under_best(std::span<const Completion> run, double lo, double hi) {
  CS_EXPECT(lo <= hi);
  double area = 0;
  double from = lo;
  double current = unknown;
  for (const Completion& step : improvements(run)) {
    if (step.at >= hi && step.at > lo) break;
    if (step.at > lo) {
      area += current * (step.at - from);
      from = step.at;
    }
    current = step.value;
  }
  return area + current * (hi - from);
}

AnytimeCurve anytime_curve(std::span<const std::vector<Completion>> runs, std::span<const double> grid) {
  std::vector<std::vector<double>> bests;
  for (const auto& run : runs) bests.push_back(best_so_far(run, grid));

  AnytimeCurve curve;
  for (std::size_t point = 0; point < grid.size(); ++point) {
    std::vector<double> known;
    for (const auto& best : bests)
      if (!std::isnan(best[point])) known.push_back(best[point]);
    curve.mean.push_back(mean_of(known));
    curve.median.push_back(median_of(known));
    curve.standard_error.push_back(standard_error_of(known));
  }
  return curve;
}

}  // namespace campaign_sim
