#include "sim/search/population/truncation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace campaign_sim {

Quantiles quantiles(std::span<const double> losses, double fraction) {
  const std::size_t n = losses.size();
  if (n <= 1) return {};
  auto count = static_cast<std::size_t>(std::ceil(static_cast<double>(n) * fraction));
  if (2 * count > n) count = n / 2;
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return losses[a] > losses[b]; });
  const auto places = static_cast<std::ptrdiff_t>(count);
  return {{order.begin(), order.begin() + places}, {order.end() - places, order.end()}};
}

double perturb_clipped(double value, double factor, double low, double high, bool integer) {
  const double clipped = std::clamp(value * factor, low, high);
  return integer ? std::nearbyint(clipped) : clipped;
}

double perturb_unclipped(double value, double factor, bool integer) {
  return integer ? std::trunc(value * factor) : value * factor;
}

std::size_t shift_choice(std::size_t choice, int shift, std::size_t choices) {
  const auto moved = static_cast<std::ptrdiff_t>(choice) + shift;
  return static_cast<std::size_t>(
      std::clamp(moved, std::ptrdiff_t{0}, static_cast<std::ptrdiff_t>(choices) - 1));
}

}  // namespace campaign_sim
