#include "analysis/statistics/sobol_indices.hpp"

#include <cmath>
#include <numeric>
#include <utility>

#include "analysis/statistics/summaries.hpp"
#include "sim/core/expect.hpp"
#include "sim/core/random.hpp"

namespace campaign_sim::statistics {

namespace {

// One number in each of n equal slices, in random order.
std::vector<double> stratified(std::size_t n, std::uint64_t seed, std::uint64_t column) {
  constexpr std::uint64_t first_column = std::uint64_t{1} << 40;  // apart from the subjects of resamples
  const RandomStream draws{seed, Purpose::resampling, first_column + column};
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i)
    values[i] = (static_cast<double>(i) + draws.uniform(i)) / static_cast<double>(n);
  for (std::size_t i = n; i > 1; --i) std::swap(values[i - 1], values[draws.below(i, n + i)]);
  return values;
}

}  // namespace

std::vector<std::vector<double>> sobol_design(std::size_t inputs, std::size_t n, std::uint64_t seed) {
  std::vector<std::vector<double>> points(n * (inputs + 2), std::vector<double>(inputs));
  for (std::size_t input = 0; input < inputs; ++input) {
    const std::vector<double> a = stratified(n, seed, 2 * input);
    const std::vector<double> b = stratified(n, seed, 2 * input + 1);
    for (std::size_t block = 0; block < inputs + 2; ++block)
      for (std::size_t i = 0; i < n; ++i)
        points[block * n + i][input] = block == 1 || block == input + 2 ? b[i] : a[i];
  }
  return points;
}

std::vector<SobolIndex> sobol_indices(std::span<const double> outputs, std::size_t inputs) {
  CS_EXPECT(outputs.size() % (inputs + 2) == 0 && outputs.size() >= 2 * (inputs + 2));
  const std::size_t n = outputs.size() / (inputs + 2);
  const auto a = outputs.first(n);
  const auto b = outputs.subspan(n, n);
  const double variance = std::pow(standard_deviation(outputs.first(2 * n)), 2);
  // b (mixed - a) has the same expectation without the mean, but its noise grows with it.
  const double middle = mean(outputs.first(2 * n));
  std::vector<SobolIndex> indices;
  for (std::size_t input = 0; input < inputs; ++input) {
    const auto mixed = outputs.subspan((input + 2) * n, n);
    double first = 0;
    double total = 0;
    for (std::size_t i = 0; i < n; ++i) {
      first += (b[i] - middle) * (mixed[i] - a[i]);
      total += (a[i] - mixed[i]) * (a[i] - mixed[i]);
    }
    const auto count = static_cast<double>(n);
    if (variance > 0)
      indices.push_back({first / count / variance, total / (2 * count) / variance});
    else
      indices.push_back({std::nan(""), std::nan("")});
  }
  return indices;
}

}  // namespace campaign_sim::statistics
