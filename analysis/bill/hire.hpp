// What holding machines costs: money by how they were bought, and a share of what making them emitted.
#pragma once

#include <cstdint>

#include "sim/platform/platform.hpp"

namespace campaign_sim {

enum class Purchase : std::uint8_t { on_demand, spot, owned };

// Of one accelerator.
MoneyPerSecond hire_price(const ClusterSpec& cluster, Purchase purchase);
// Time is sold in whole multiples of the granularity; 0: to the second.
Seconds time_paid_for(Seconds held, Seconds granularity);

// What making one accelerator emitted, with its share of the node and the switches, per second of use; in
// kilograms, 0 where the cluster does not say.
double embodied_per_second(const ClusterSpec& cluster);

// Machines: how long they were held, and what making and hiring them comes to for that time.
struct Held {
  double accelerator_s = 0;
  Kilograms embodied;
  Money hire;

  Held& operator+=(const Held& other);
};

}  // namespace campaign_sim
