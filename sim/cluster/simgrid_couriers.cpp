#include "sim/cluster/simgrid_couriers.hpp"

#include <utility>

#include "sim/cluster/simgrid_actor.hpp"

namespace campaign_sim {

Courier& Couriers::send(const Track& track, const std::vector<std::uint32_t>& nodes) {
  if (idle_.empty()) {
    Courier& made = *all_.emplace_back(std::make_unique<Courier>(instant_));
    start_actor("courier", machines_.control(), [this, &made] { carry(made); });
    idle_.push_back(&made);
  }
  Courier& courier = *idle_.back();
  idle_.pop_back();
  courier.track = &track;
  courier.nodes = &nodes;
  courier.over = false;
  courier.mover.allow();
  ++instant_.awake;  // it has something to do from now on
  courier.assigned->release();
  return courier;
}

void Couriers::carry(Courier& courier) {
  for (;;) {
    courier.assigned->acquire();
    if (closing_) return;
    courier.mover.perform(*courier.track, *courier.nodes, machines_.interconnect());
    courier.over = true;
    if (courier.awaited)
      std::exchange(courier.awaited, nullptr)->release();  // now the worker is awake in its place
    else
      --instant_.awake;
  }
}

void Couriers::await(Courier& courier, const simgrid::s4u::SemaphorePtr& over) {
  if (courier.over) return;
  courier.awaited = over;
  --instant_.awake;
  over->acquire();
}

void Couriers::take_back(std::vector<Courier*>& couriers) {
  idle_.insert(idle_.end(), couriers.begin(), couriers.end());
  couriers.clear();
}

void Couriers::close() {
  closing_ = true;
  for (const auto& courier : all_) courier->assigned->release();
}

}  // namespace campaign_sim
