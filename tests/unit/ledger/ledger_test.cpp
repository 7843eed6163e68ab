#include "sim/ledger/ledger.hpp"

#include <catch2/catch.hpp>

#include "sim/core/expect.hpp"
#include "tests/support/hand_campaign.hpp"

using namespace campaign_sim;
using testing::RowRecorder;
using testing::RowSeen;

namespace {

// Two accelerators at 10 W; the first is held from 2 to 5 s at 30 W, in rows that a test may get wrong.
struct TwoAccelerators {
  Ledger ledger{std::vector<std::uint32_t>{0, 0}};
  RowRecorder recorder;
  std::vector<std::uint32_t> first = {0};
  TwoAccelerators() { ledger.add_sink(recorder); }

  void use(double start_s, double end_s, double energy_j) {
    LedgerRow row;
    row.trial = TrialId{0};
    row.cause = Cause::train;
    row.start = Seconds{start_s};
    row.end = Seconds{end_s};
    row.accelerators = first;
    row.energy = Joules{energy_j};
    ledger.use(row);
  }
  Closure close() {
    const std::vector<Joules> meters = {Joules{20 + 90 + 50}, Joules{100}};
    return ledger.close(Seconds{10}, meters, Joules{260});
  }
};

}  // namespace

TEST_CASE("what nobody holds is an idle row, and all rows together are the meter's joules") {
  TwoAccelerators two;
  two.ledger.take(0, Seconds{2}, Joules{20});
  two.use(2, 5, 90);
  CHECK(two.ledger.recorded() == Joules{110});
  two.ledger.let_go(0, Seconds{5}, Joules{110});
  const Closure closure = two.close();
  CHECK(closure.energy_error == 0);
  CHECK(closure.time_error == 0);
  const std::vector<RowSeen> expected = {{"idle", {}, 0, 0, 0, 2, 1, 20},
                                         {"train", 0, 0, 0, 2, 5, 1, 90},
                                         {"idle", {}, 0, 0, 5, 10, 1, 50},
                                         {"idle", {}, 0, 0, 0, 10, 1, 100}};
  CHECK(two.recorder.rows == expected);
}

TEST_CASE("taking what was just let go leaves no empty row") {
  TwoAccelerators two;
  two.ledger.take(0, Seconds{0}, Joules{0});
  CHECK(two.recorder.rows.empty());
}

TEST_CASE("a row that is missing is found") {
  TwoAccelerators two;
  two.ledger.take(0, Seconds{2}, Joules{20});
  two.use(2, 4, 60);  // what came from 4 to 5 s is lost
  two.use(5, 5.5, 15);
  two.ledger.let_go(0, Seconds{5.5}, Joules{115});
  const Closure closure = two.close();
  CHECK(closure.time_error == Approx(1.0 / 20));
  CHECK(closure.energy_error > 0.01);
}

TEST_CASE("a row that is there twice is found") {
  TwoAccelerators two;
  two.ledger.take(0, Seconds{2}, Joules{20});
  two.use(2, 5, 90);
  two.use(2, 5, 90);
  two.ledger.let_go(0, Seconds{5}, Joules{110});
  const Closure closure = two.close();
  CHECK(closure.time_error == Approx(3.0 / 20));
  CHECK(closure.energy_error == Approx(90.0 / 260));
}

TEST_CASE("a joule that no row has is found though the times are right") {
  TwoAccelerators two;
  two.ledger.take(0, Seconds{2}, Joules{20});
  two.use(2, 5, 89);
  two.ledger.let_go(0, Seconds{5}, Joules{110});
  const Closure closure = two.close();
  CHECK(closure.time_error == 0);
  CHECK(closure.energy_error == Approx(1.0 / 260));
}

TEST_CASE("a campaign of no length closes") {
  Ledger ledger{{0}};
  const std::vector<Joules> meters = {Joules{0}};
  const Closure closure = ledger.close(Seconds{0}, meters, Joules{0});
  CHECK(closure.energy_error == 0);
  CHECK(closure.time_error == 0);
}

TEST_CASE("rows that cannot be are our mistake") {
  TwoAccelerators two;
  CHECK_THROWS_AS(two.use(5, 4, 1), InternalError);
  two.first.clear();
  CHECK_THROWS_AS(two.use(1, 4, 1), InternalError);
  CHECK_THROWS_AS(two.ledger.let_go(0, Seconds{3}, Joules{0}), InternalError);
  CHECK_THROWS_AS(two.ledger.close(Seconds{1}, {}, Joules{0}), InternalError);
}
