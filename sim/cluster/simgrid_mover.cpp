#include "sim/cluster/simgrid_mover.hpp"

#include <algorithm>
#include <cmath>
#include <simgrid/Exception.hpp>
#include <simgrid/s4u/Comm.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Semaphore.hpp>
#include <simgrid/simix.hpp>
#include <vector>

namespace campaign_sim {
namespace {

namespace s4u = simgrid::s4u;

const Interconnect::Way& way_of(const Transfer& transfer, std::span<const std::uint32_t> nodes,
                                Interconnect& interconnect) {
  if (transfer.from == shared_storage) return interconnect.from_storage(nodes[transfer.to]);
  if (transfer.to == shared_storage) return interconnect.to_storage(nodes[transfer.from]);
  return interconnect.between(nodes[transfer.from], nodes[transfer.to]);
}

}  // namespace

struct Mover::Going {
  std::vector<s4u::CommPtr> flows;  // of the current stage
  s4u::SemaphorePtr cut_short = s4u::Semaphore::create(0);
  bool resting = false;  // nothing moves, only time passes
};

Mover::Mover(Instant& instant) : instant_{instant}, going_{std::make_unique<Going>()} {}
Mover::~Mover() = default;

void Mover::rest(Seconds duration) {
  going_->resting = true;
  --instant_.awake;
  going_->cut_short->acquire_timeout(duration.base());
  ++instant_.awake;
  going_->resting = false;
}

void Mover::perform(const Track& track, std::span<const std::uint32_t> nodes, Interconnect& interconnect) {
  for (const Stage& stage : track)
    if (!is_cut_) perform(stage, nodes, interconnect);
}

void Mover::perform(const Stage& stage, std::span<const std::uint32_t> nodes, Interconnect& interconnect) {
  Seconds in_node;
  Seconds between;
  for (const Transfer& transfer : stage.transfers) {
    Seconds& longest = transfer.from == transfer.to ? in_node : between;
    longest = std::max(longest, way_of(transfer, nodes, interconnect).latency);
  }
  const Seconds now{s4u::Engine::get_clock()};
  const Seconds latency = stage.messages_in_node * in_node + stage.messages_between * between;
  if (now + latency > now) rest(latency);
  if (is_cut_) return;

  auto& flows = going_->flows;
  for (const Transfer& transfer : stage.transfers)
    if (transfer.bytes >= Bytes{0.5}) flows.push_back(s4u::Comm::sendto_init());  // SimGrid moves whole bytes
  if (flows.empty()) return;
  simgrid::kernel::actor::simcall_answered([&] {
    auto flow = flows.begin();
    for (const Transfer& transfer : stage.transfers) {
      if (transfer.bytes < Bytes{0.5}) continue;
      const Interconnect::Way& way = way_of(transfer, nodes, interconnect);
      const auto bytes = static_cast<std::uint64_t>(std::llround(transfer.bytes.base()));
      (*flow++)->set_payload_size(bytes)->set_source(way.from)->set_destination(way.to);  // which starts it
    }
  });
  for (const s4u::CommPtr& flow : flows) {
    try {
      // What is over already is not waited for: whoever waits is not awake.
      if (&flow != &flows.front() && flow->test()) continue;
      --instant_.awake;
      try {
        flow->wait();
      } catch (...) {
        ++instant_.awake;
        throw;
      }
      ++instant_.awake;
    } catch (const simgrid::Exception&) {
      // Cut short: a flow under way that is cancelled fails as if its link did.
    }
  }
  flows.clear();
}

void Mover::cut() {
  is_cut_ = true;
  for (const s4u::CommPtr& flow : going_->flows) flow->cancel();
  if (going_->resting) going_->cut_short->release();
}

}  // namespace campaign_sim
