#include "analysis/comparison/replicates.hpp"

#include <algorithm>
#include <utility>

namespace campaign_sim::comparison {

std::string_view column(Axis axis) {
  static constexpr std::array<std::string_view, axes.size()> columns = {"energy_kwh", "co2e_kg", "cost",
                                                                        "time_s", "resource"};
  return columns[static_cast<std::size_t>(axis)];
}

std::string_view name(Axis axis) {
  static constexpr std::array<std::string_view, axes.size()> names = {"energy", "co2e", "cost", "time",
                                                                      "resource"};
  return names[static_cast<std::size_t>(axis)];
}

const Replicate* Replicates::find(std::size_t variant, std::uint64_t seed) const {
  const auto key = [](const Replicate& row) { return std::pair{row.variant, row.seed}; };
  const auto found = std::ranges::lower_bound(rows, std::pair{variant, seed}, {}, key);
  return found == rows.end() || key(*found) != std::pair{variant, seed} ? nullptr : &*found;
}

std::string unit(Axis axis, const Replicates& replicates) {
  switch (axis) {
    case Axis::energy:
      return "kWh";
    case Axis::co2e:
      return "kg CO2e";
    case Axis::cost:
      return replicates.currency;
    case Axis::time:
      return "s";
    default:
      return replicates.resource_unit;
  }
}

}  // namespace campaign_sim::comparison
