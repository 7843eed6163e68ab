// First in, first out: a segment that does not fit yet holds up everything behind it, so nothing that
// waits for many accelerators is overtaken for ever.
#include <deque>

#include "sim/scheduling/queue_policy.hpp"

namespace campaign_sim {

namespace {

class Fifo final : public QueuePolicy {
 public:
  void push(WaitingSegment segment) override { waiting_.push_back(std::move(segment)); }
  void place_all(Placer& placer) override {
    while (!waiting_.empty() && placer.place(waiting_.front())) waiting_.pop_front();
  }
  bool empty() const override { return waiting_.empty(); }

 private:
  std::deque<WaitingSegment> waiting_;
};

}  // namespace

std::unique_ptr<QueuePolicy> make_fifo(Reader&) { return std::make_unique<Fifo>(); }

}  // namespace campaign_sim
