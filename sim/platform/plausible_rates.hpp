// What no grid emits and no market charges: a number beyond it was written in another unit.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace campaign_sim {

// The dirtiest grid there is, oil burnt in old engines, emits about 1.2 kg/kWh; a marginal plant may be
// worse.
inline constexpr double largest_kg_per_kwh = 3;

// The caps of wholesale markets: 9 USD/kWh (ERCOT until 2022); of the currencies worth about as much.
inline bool is_beyond_markets(double price_per_kwh, std::string_view currency) {
  constexpr std::array<std::string_view, 4> worth_about_a_dollar = {"USD", "EUR", "GBP", "CHF"};
  constexpr double largest = 20;
  return std::ranges::find(worth_about_a_dollar, currency) != worth_about_a_dollar.end() &&
         std::abs(price_per_kwh) > largest;
}

}  // namespace campaign_sim
