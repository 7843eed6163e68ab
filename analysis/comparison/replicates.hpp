// What a comparison measured: for every variant and seed, how the best metric came down (or up) with what was
// spent for it. Read from the files that runs leave behind; nothing here simulates.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace campaign_sim::comparison {

// What a search can spend. Energy is the facility's; resource is of all trials together.
enum class Axis : std::uint8_t { energy, co2e, cost, time, resource };
inline constexpr std::array axes = {Axis::energy, Axis::co2e, Axis::cost, Axis::time, Axis::resource};
// Of a column: "energy_kwh", "co2e_kg", "cost", "time_s", "resource".
std::string_view column(Axis axis);
// Of a file's rows, "energy".
std::string_view name(Axis axis);

using Spending = std::array<double, axes.size()>;

// A moment at which the best metric improved.
struct Improvement {
  Spending spent{};
  double metric = 0;
};

struct Replicate {
  std::size_t variant = 0;
  std::uint64_t seed = 0;
  std::vector<Improvement> improvements;  // in the order of time
  Spending total{};
  double best = std::numeric_limits<double>::quiet_NaN();  // NaN: nothing was ever measured
};

struct Replicates {
  std::vector<std::string> variants;
  std::vector<std::uint64_t> seeds;
  std::vector<Replicate> rows;  // by variant, then by seed; fewer than variants x seeds if some failed
  std::string metric;
  bool lower_is_better = true;
  std::string resource_unit;
  std::string currency;

  // Nothing if that replicate failed.
  const Replicate* find(std::size_t variant, std::uint64_t seed) const;
  // As statistics minimise.
  double loss(double value) const { return lower_is_better ? value : -value; }
};

// "kWh", "kg CO2e", the currency, "s", the resource's unit.
std::string unit(Axis axis, const Replicates& replicates);

}  // namespace campaign_sim::comparison
