#include "analysis/bill/hire.hpp"

#include <cmath>

namespace campaign_sim {

MoneyPerSecond hire_price(const ClusterSpec& cluster, Purchase purchase) {
  if (purchase == Purchase::spot) return cluster.spot_price.value_or(cluster.accelerator_price);
  if (purchase == Purchase::owned) return cluster.owned_price.value_or(cluster.accelerator_price);
  return cluster.accelerator_price;
}

Seconds time_paid_for(Seconds held, Seconds granularity) {
  if (granularity <= Seconds{}) return held;
  // A hold of three whole hours that sums to a hair more is three hours.
  return std::ceil(held / granularity * (1 - 1e-12)) * granularity;
}

double embodied_per_second(const ClusterSpec& cluster) {
  if (!cluster.embodied) return 0;
  const Embodied& made = *cluster.embodied;
  const Kilograms each = made.accelerator + made.node / cluster.accelerators_per_node +
                         made.network_switch * made.switches / cluster.accelerators();
  return each.base() / (made.lifetime.base() * made.utilisation);
}

Held& Held::operator+=(const Held& other) {
  accelerator_s += other.accelerator_s;
  embodied += other.embodied;
  hire += other.hire;
  return *this;
}

}  // namespace campaign_sim
