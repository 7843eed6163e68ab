// The typical curve is that of a V100, the chip with the most public readings: mean watts and time per
// epoch of ShuffleNetV2 and ResNet-50 at ten and eight batch sizes, uncapped at 250 W (You et al.,
// "Zeus", NSDI 2023, published traces). Time becomes FLOP/s with 0.28 GFLOP an image for ShuffleNetV2
// (46 M multiply-adds at 32 × 32, × 6) and 24.6 GFLOP for ResNet-50, over the card's 14.1 TFLOP/s. It
// meets those readings to 8% from 3% utilisation up. Two checks on other machines: GPT-3's V100s at 20%
// drew 325-330 W with their hosts (Patterson et al. 2021), H100s at about 40% over 600 W of 700
// (Morrison et al. 2025).
//
// Where it is wrong: utilisation alone does not fix the watts (a memory-bound model draws more than the
// curve says at its FLOP/s, one that waits for its data loader less), and below 3% it reads up to a
// quarter high.

#include "sim/power/power_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>

#include "sim/config/reader.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim {
namespace {

constexpr std::array<std::string_view, 2> kinds = {"typical", "table"};

bool increasing(const std::vector<double>& values) {
  return std::adjacent_find(values.begin(), values.end(), std::greater_equal<>{}) == values.end();
}

PowerCurve read_table(Reader& curve) {
  const std::vector<double> utilisation = curve.numbers("utilisation", between(0, 1));
  const std::vector<double> share = curve.numbers("share", between(0, 1));
  if (!curve.ok()) return typical_power_curve();

  if (utilisation.size() < 2 || utilisation.front() != 0 || utilisation.back() != 1)
    curve.reject(
        "utilisation",
        "'utilisation' must run from 0 to 1 (the curve is needed between them): begin with 0, end with 1");
  else if (!increasing(utilisation))
    curve.reject("utilisation",
                 "'utilisation' must increase from point to point (each point lies right of the last)");
  else if (share.size() != utilisation.size())
    curve.reject("share",
                 "'share' must have as many numbers as 'utilisation' (together they are the points)");
  else if (!std::is_sorted(share.begin(), share.end()))
    curve.reject("share", "'share' must not fall (an accelerator that works harder does not draw less)");
  if (!curve.ok()) return typical_power_curve();

  std::vector<PowerCurve::Point> points;
  for (std::size_t i = 0; i < share.size(); ++i) points.push_back({utilisation[i], share[i]});
  return PowerCurve{std::move(points)};
}

}  // namespace

PowerCurve::PowerCurve(std::vector<Point> points) : points_{std::move(points)} {
  CS_EXPECT(points_.size() >= 2);
  CS_EXPECT(points_.front().utilisation == 0 && points_.back().utilisation == 1);
  CS_EXPECT(points_.front().share >= 0 && points_.back().share <= 1);
  for (std::size_t i = 1; i < points_.size(); ++i) {
    CS_EXPECT(points_[i - 1].utilisation < points_[i].utilisation);
    CS_EXPECT(points_[i - 1].share <= points_[i].share);
  }
}

Watts PowerCurve::watts(double utilisation, Watts idle, Watts max) const {
  CS_EXPECT(!std::isnan(utilisation));
  const double at = std::clamp(utilisation, 0.0, 1.0);
  const auto right = std::find_if(points_.begin() + 1, points_.end() - 1,
                                  [at](const Point& point) { return at <= point.utilisation; });
  const auto left = right - 1;
  const double fraction = (at - left->utilisation) / (right->utilisation - left->utilisation);
  return idle + std::lerp(left->share, right->share, fraction) * (max - idle);
}

PowerCurve typical_power_curve() {
  return PowerCurve{{{0, 0}, {0.03, 0.25}, {0.06, 0.42}, {0.10, 0.64}, {0.14, 0.74}, {0.40, 0.87}, {1, 1}}};
}

PowerCurve read_power_curve(Reader& curve) {
  if (curve.one_of_or("kind", "typical", kinds) == "typical") return typical_power_curve();
  return read_table(curve);
}

}  // namespace campaign_sim
