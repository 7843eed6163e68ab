#include "sim/cluster/simgrid_worker.hpp"

#include <algorithm>
#include <limits>
#include <simgrid/Exception.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <simgrid/simix.hpp>

namespace campaign_sim {

namespace s4u = simgrid::s4u;

namespace {

Seconds now() { return Seconds{s4u::Engine::get_clock()}; }

}  // namespace

void Performer::perform(Worker& worker) {
  worker.metered.reserve(worker.job.phases.size());
  for (const auto& phase : worker.job.phases)
    if (!worker.cancelled) perform(worker, phase);
  if (!worker.couriers.empty()) finish_all(worker);
}

void Performer::cut(Worker& worker) {
  for (const auto& execution : worker.executions) execution->cancel();
  worker.mover.cut();
  for (auto* courier : worker.couriers) courier->mover.cut();
}

void Performer::switch_off(std::uint32_t accelerator) {
  if (auto& execution = waiting_[accelerator].execution) execution->cancel();
  waiting_[accelerator].execution = nullptr;
}

void Performer::perform(Worker& worker, const Phase& phase) {
  if (phase.movement && !phase.movement->begin.empty()) {
    finish_all(worker);
    for (const Track& track : phase.movement->begin)
      worker.couriers.push_back(&couriers_.send(track, worker.nodes));
  }
  const Seconds start = now();
  precision_.expect(start + phase.duration);
  if (start + phase.duration == start) {  // nothing, or too short for the clock to notice
    worker.metered.push_back({start, start, Joules{0}});
  } else if (phase.draw) {
    compute(worker, phase);
  } else {
    const Joules before = machines_.meter(worker.job.accelerators);
    worker.mover.rest(phase.duration);
    worker.metered.push_back({start, now(), machines_.meter(worker.job.accelerators) - before});
  }
  if (phase.movement) move(worker, phase);
}

void Performer::compute(Worker& worker, const Phase& phase) {
  const Seconds start = now();
  // Made here, so that they are the worker's; set up and started in one call into the kernel instead of
  // four each.
  const auto loads = machines_.loads(worker.job.accelerators, *phase.draw);
  for (std::size_t n = loads.size(); n > 0; --n) worker.executions.push_back(s4u::Exec::init());
  Joules before;
  simgrid::kernel::actor::simcall_answered([&] {
    for (std::size_t i = 0; i < loads.size(); ++i)
      worker.executions[i]
          ->set_flops_amount(phase.duration.base() * loads[i].rate)
          ->set_host(loads[i].host)
          ->set_bound(loads[i].rate)
          ->start();
    // After the start, which has just brought the meters up to this instant: so it costs nothing.
    before = machines_.meter(worker.job.accelerators);
  });
  --instant_.awake;
  for (std::size_t i = 0; i < worker.executions.size(); ++i) {
    try {
      worker.executions[i]->wait();
    } catch (const simgrid::CancelException&) {
      // The phase ends here; the rest of the job is skipped by our caller.
    }
    if (i == 0) ++instant_.awake;  // the others end with it: same start, same duration
  }
  worker.executions.clear();
  worker.metered.push_back({start, now(), machines_.meter(worker.job.accelerators) - before});
}

void Performer::finish_all(Worker& worker) {
  for (Courier* courier : worker.couriers) couriers_.await(*courier, worker.track_over);
  couriers_.take_back(worker.couriers);
}

// Lengthens the phase that has just been metered.
void Performer::move(Worker& worker, const Phase& phase) {
  const Movement& movement = *phase.movement;
  const auto is_over = [&](std::uint32_t track) { return worker.couriers[track]->over; };
  if (movement.perform.empty() && std::ranges::all_of(movement.finish, is_over)) return;
  const auto& accelerators = worker.job.accelerators;
  const Joules before = machines_.meter(accelerators);
  std::vector<Machines::Load> loads;
  if (phase.draw) loads = machines_.loads(accelerators, *phase.draw);
  draw_while_waiting(loads);
  for (const std::uint32_t track : movement.finish)
    couriers_.await(*worker.couriers[track], worker.track_over);
  worker.mover.perform(movement.perform, worker.nodes, machines_.interconnect());
  // The meter is read before the draw changes: it takes what is drawn now for what was drawn until now.
  worker.metered.back().end = now();
  worker.metered.back().energy += machines_.meter(accelerators) - before;
  if (loads.empty()) return;
  constexpr double no_share = std::numeric_limits<double>::infinity();  // its inverse weighs the execution
  simgrid::kernel::actor::simcall_answered([&] {
    for (const auto& load : loads) waiting_[load.first].execution->update_priority(no_share);
  });
}

void Performer::draw_while_waiting(const std::vector<Machines::Load>& loads) {
  constexpr double endless = 1e18;  // seconds
  for (const Machines::Load& load : loads) {
    Waiting& waiting = waiting_[load.first];
    if (waiting.execution && waiting.on.host == load.host && waiting.on.rate == load.rate) {
      waiting.execution->update_priority(1);
      continue;
    }
    if (waiting.execution) waiting.execution->cancel();
    waiting = {s4u::Exec::init(), load};
    waiting.execution->set_flops_amount(endless * load.rate)
        ->set_host(load.host)
        ->set_bound(load.rate)
        ->start();
  }
}

}  // namespace campaign_sim
