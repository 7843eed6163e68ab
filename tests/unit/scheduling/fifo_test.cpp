#include <catch2/catch.hpp>

#include "sim/config/reader.hpp"
#include "sim/scheduling/queue_policy.hpp"

using namespace campaign_sim;

namespace {

// Has room for so many accelerators.
class Room final : public Placer {
 public:
  std::uint32_t free = 0;
  std::vector<std::uint32_t> placed;
  bool place(const WaitingSegment& segment) override {
    if (segment.accelerators.at(0) > free) return false;
    free -= segment.accelerators[0];
    placed.push_back(index(segment.trial));
    return true;
  }
};

std::unique_ptr<QueuePolicy> fifo() {
  Document document = Document::parse("policy: fifo\n", "test");
  Reader section = document.root();
  return queue_policies().front().make(section);
}

}  // namespace

TEST_CASE("first in, first out, and nobody overtakes") {
  const auto queue = fifo();
  CHECK(queue->empty());
  std::uint32_t trial = 0;
  for (const std::uint32_t needs : {1, 4, 1, 1}) queue->push({TrialId{trial++}, 1, Seconds{0}, {needs}});
  Room room;
  room.free = 3;
  queue->place_all(room);
  CHECK(room.placed == std::vector<std::uint32_t>{0});  // trial 1 needs four: 2 and 3 wait behind it
  CHECK(!queue->empty());
  room.free = 5;
  queue->place_all(room);
  CHECK(room.placed == std::vector<std::uint32_t>{0, 1, 2});
  room.free = 1;
  queue->place_all(room);
  CHECK(room.placed == std::vector<std::uint32_t>{0, 1, 2, 3});
  CHECK(queue->empty());
}

TEST_CASE("every row of the table makes a policy") {
  for (const QueuePolicyEntry& entry : queue_policies()) {
    Document document = Document::parse("it: " + std::string{entry.example}, "test");
    Reader root = document.root();
    Reader section = root.section("it");
    CHECK(section.text("policy") == entry.name);
    CHECK(entry.make(section) != nullptr);
    CHECK_NOTHROW(document.finish());
  }
}
