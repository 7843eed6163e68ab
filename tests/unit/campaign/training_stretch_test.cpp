#include "sim/campaign/training_stretch.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace campaign_sim;

namespace {

std::vector<TrainingPiece> all_pieces(const TrainingStretch& stretch, Resource counts_from,
                                      Resource counts_to) {
  TrainingPieces pieces{stretch, counts_from, counts_to};
  std::vector<TrainingPiece> all;
  while (const auto piece = pieces.next()) all.push_back(*piece);
  return all;
}

}  // namespace

TEST_CASE("a training stops for a checkpoint after every interval, the last one included") {
  const TrainingStretch stretch{0, 90, 0, 0.125, Seconds{86400}, Seconds{40}};  // 90 days, every 3 h
  CHECK(stretch.saves() == 720);
  CHECK(stretch.duration().base() == Approx(90 * 86400 + 720 * 40));
  CHECK(stretch.whole().saved == 90);
  const auto pieces = all_pieces(stretch, 0, 90);
  REQUIRE(pieces.size() == 1440);
  CHECK(pieces[0].cause == Cause::train);
  CHECK(pieces[1].cause == Cause::checkpoint);
  CHECK(pieces.back().cause == Cause::checkpoint);
}

TEST_CASE("an interval goes on through the ends of segments") {
  const TrainingStretch first{0, 7, 0, 10, Seconds{1}, Seconds{2}};
  CHECK(first.saves() == 0);
  CHECK(first.duration() == Seconds{7});
  const TrainingStretch second{7, 25, 0, 10, Seconds{1}, Seconds{2}};
  CHECK(second.saves() == 2);
  CHECK(second.duration() == Seconds{18 + 4});
  CHECK(*second.next_save() == 10);
  const TrainingStretch rounded{0, 0.3, 0, 0.1, Seconds{1}, Seconds{2}};  // 3 * 0.1 > 0.3
  CHECK(rounded.saves() == 3);
  CHECK(rounded.whole().saved == 0.3);
}

TEST_CASE("how far a training has come, by the second") {
  const TrainingStretch stretch{5, 32, 0, 10, Seconds{1}, Seconds{3}};
  // 5-10, writes until 8; 10-20 until 18, writes until 21; 20-30 until 31, writes until 34; 30-32 until 36.
  CHECK(stretch.duration() == Seconds{36});
  const auto check = [&](double elapsed, double reached, double saved, std::uint64_t saves) {
    const StretchProgress progress = progress_after(stretch, Seconds{elapsed});
    CAPTURE(elapsed);
    CHECK(progress.reached == Approx(reached));
    CHECK(progress.saved == Approx(saved));
    CHECK(progress.saves == saves);
  };
  check(0, 5, 0, 0);
  check(4, 9, 0, 0);
  check(5, 10, 0, 0);
  check(7, 10, 0, 0);
  check(8, 10, 10, 1);
  check(17, 19, 10, 1);
  check(20, 20, 10, 1);
  check(21, 20, 20, 2);
  check(35, 31, 30, 3);
  check(36, 32, 30, 3);
  const TrainingStretch none{2, 4, 1, 0, Seconds{5}, Seconds{3}};
  CHECK(progress_after(none, Seconds{5}).reached == Approx(3));
  CHECK(progress_after(none, Seconds{5}).saved == 1);
}

TEST_CASE("pieces that do not count are lost: trained before, or rolled back") {
  const TrainingStretch stretch{0, 30, 0, 10, Seconds{1}, Seconds{2}};
  const auto pieces = all_pieces(stretch, 15, 20);
  const std::vector<std::pair<Cause, double>> expected = {
      {Cause::lost, 10},      {Cause::checkpoint, 2}, {Cause::lost, 5}, {Cause::train, 5},
      {Cause::checkpoint, 2}, {Cause::lost, 10},      {Cause::lost, 2}};
  REQUIRE(pieces.size() == expected.size());
  double sum = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    CAPTURE(i);
    CHECK(pieces[i].cause == expected[i].first);
    CHECK(pieces[i].duration.base() == Approx(expected[i].second));
    sum += pieces[i].duration.base();
  }
  CHECK(sum == Approx(stretch.duration().base()));
}
