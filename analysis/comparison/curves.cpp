#include "analysis/comparison/curves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/anytime.hpp"
#include "analysis/comparison/answers.hpp"
#include "analysis/statistics/bootstrap.hpp"
#include "analysis/statistics/pareto.hpp"

namespace campaign_sim::comparison {

namespace {

constexpr std::size_t grid_points = 200;
constexpr std::size_t resamples_drawn = 1000;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

std::size_t at(Axis axis) { return static_cast<std::size_t>(axis); }

std::vector<double> grid_of(const Replicates& replicates, Axis axis) {
  double first = std::numeric_limits<double>::infinity();
  double last = 0;
  for (const Replicate& replicate : replicates.rows) {
    last = std::max(last, replicate.total[at(axis)]);
    if (!replicate.improvements.empty())
      first = std::min(first, replicate.improvements.front().spent[at(axis)]);
  }
  if (!(first > 0) || !(first <= last)) return {};  // nothing was measured, or at no price
  std::vector<double> grid;
  for (std::size_t i = 0; i < grid_points; ++i)
    grid.push_back(first * std::pow(last / first, static_cast<double>(i) / (grid_points - 1)));
  grid.back() = last;
  return grid;
}

std::vector<Completion> completions(const Replicates& replicates, const Replicate& replicate, Axis axis) {
  std::vector<Completion> curve;
  for (const Improvement& step : replicate.improvements)
    curve.push_back({step.spent[at(axis)], replicates.loss(step.metric)});
  return curve;
}

CurvePoint point_of(const Replicates& replicates, const std::vector<std::vector<double>>& bests,
                    std::size_t place, const statistics::Resamples& resamples) {
  std::vector<double> values;
  for (const auto& best : bests)
    if (!std::isnan(best[place])) values.push_back(replicates.loss(best[place]));
  CurvePoint point{0, values.size(), unknown, unknown, unknown, unknown, unknown, unknown};
  if (values.size() < bests.size() || values.empty()) return point;
  point.mean = statistics::mean(values);
  const statistics::Interval interval = resamples.of_mean(values, confidence);
  point.low = interval.low;
  point.high = interval.high;
  point.median = statistics::median(values);
  point.quarter = statistics::quantile(values, 0.25);
  point.three_quarters = statistics::quantile(values, 0.75);
  return point;
}

VariantCurve curve_of(const Replicates& replicates, std::size_t variant, Axis axis,
                      const std::vector<double>& grid, std::uint64_t seed) {
  VariantCurve curve{axis, variant, {}};
  std::vector<std::vector<double>> bests;
  for (const Replicate& replicate : replicates.rows)
    if (replicate.variant == variant)
      bests.push_back(best_so_far(completions(replicates, replicate, axis), grid));
  if (bests.empty()) return curve;
  const statistics::Resamples resamples{bests.size(), resamples_drawn, seed};
  for (std::size_t i = 0; i < grid.size(); ++i) {
    // The curve is a staircase: where no replicate moved, nothing is to be worked out again.
    const bool moved = i == 0 || std::ranges::any_of(bests, [&](const auto& best) {
                         return best[i] != best[i - 1] && !(std::isnan(best[i]) && std::isnan(best[i - 1]));
                       });
    curve.points.push_back(moved ? point_of(replicates, bests, i, resamples) : curve.points.back());
    curve.points.back().spent = grid[i];
  }
  return curve;
}

}  // namespace

std::vector<VariantCurve> curves(const Replicates& replicates, std::uint64_t seed) {
  std::vector<VariantCurve> all;
  for (const Axis axis : axes) {
    const std::vector<double> grid = grid_of(replicates, axis);
    for (std::size_t variant = 0; variant < replicates.variants.size(); ++variant)
      all.push_back(curve_of(replicates, variant, axis, grid, seed));
  }
  return all;
}

std::vector<TradeOff> trade_offs(const Replicates& replicates) {
  statistics::Point reference = {0, -std::numeric_limits<double>::infinity()};
  for (const Replicate& replicate : replicates.rows) {
    reference[0] = std::max(reference[0], replicate.total[at(Axis::energy)]);
    if (!replicate.improvements.empty())
      reference[1] = std::max(reference[1], replicates.loss(replicate.improvements.front().metric));
  }
  std::vector<TradeOff> all;
  std::vector<statistics::Point> points;
  for (std::size_t variant = 0; variant < replicates.variants.size(); ++variant) {
    TradeOff trade{variant, 0, 0, 0, 0};
    double count = 0;
    for (const Replicate& replicate : replicates.rows) {
      if (replicate.variant != variant) continue;
      ++count;
      trade.energy_kwh += replicate.total[at(Axis::energy)];
      trade.metric += replicate.best;
      std::vector<statistics::Point> found;
      for (const Completion& step : completions(replicates, replicate, Axis::energy))
        found.push_back({step.at, step.value});
      trade.hypervolume += statistics::hypervolume(found, reference);
    }
    trade.energy_kwh /= count;  // NaN where all of its replicates failed
    trade.metric /= count;
    trade.hypervolume /= count;
    if (!std::isnan(trade.metric)) points.push_back({trade.energy_kwh, replicates.loss(trade.metric)});
    all.push_back(trade);
  }
  const std::vector<std::size_t> ranks = statistics::pareto_ranks(points);
  auto next = ranks.begin();
  for (TradeOff& trade : all)
    if (!std::isnan(trade.metric)) trade.rank = *next++;
  return all;
}

}  // namespace campaign_sim::comparison
