// What a campaign cost in all, from the parts that its summary.json, bill.json and comparison.csv have.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace campaign_sim {

inline constexpr std::array<std::string_view, 3> cost_parts = {"cost_electricity", "cost_accelerators",
                                                               "cost_storage"};

// `amount` gives that of the part at an index.
double cost(const auto& amount) {
  double sum = 0;
  for (std::size_t part = 0; part < cost_parts.size(); ++part) sum += amount(part);
  return sum;
}

}  // namespace campaign_sim
