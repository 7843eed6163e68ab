#include "sim/ledger/timeline.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/random.hpp"

using namespace campaign_sim;

namespace {

constexpr std::array<std::uint32_t, 1> one = {0};

LedgerRow row(Cause cause, double start_s, double end_s, double energy_j, std::uint32_t cluster = 0) {
  LedgerRow row;
  row.cause = cause;
  row.start = Seconds{start_s};
  row.end = Seconds{end_s};
  row.cluster = cluster;
  row.accelerators = one;
  row.energy = Joules{energy_j};
  return row;
}

double energy_of(const std::vector<Timeline::Bin>& bins, Cause cause) {
  double sum = 0;
  for (const Timeline::Bin& bin : bins) sum += bin.energy[static_cast<std::size_t>(cause)].base();
  return sum;
}

}  // namespace

TEST_CASE("bins are equal, cover the campaign, and hold its joules") {
  Timeline timeline{2};
  timeline.add(row(Cause::train, 0, 10, 1000));
  timeline.add(row(Cause::train, 2.5, 7.25, 300));
  timeline.add(row(Cause::idle, 5, 100, 190));
  timeline.add(row(Cause::idle, 0, 50, 77, 1));
  const auto bins = timeline.of_cluster(0, Seconds{100});
  REQUIRE(!bins.empty());
  CHECK(bins.size() <= Timeline::bins);
  CHECK(bins.front().start == Seconds{0});
  CHECK(bins.back().end == Seconds{100});
  for (std::size_t i = 1; i < bins.size(); ++i) CHECK(bins[i].start == bins[i - 1].end);
  CHECK(energy_of(bins, Cause::train) == Approx(1300).epsilon(1e-12));
  CHECK(energy_of(bins, Cause::idle) == Approx(190).epsilon(1e-12));
  CHECK(energy_of(timeline.of_cluster(1, Seconds{100}), Cause::idle) == Approx(77).epsilon(1e-12));
}

TEST_CASE("each bin holds the integral of power over it") {
  Timeline timeline{1};
  const RandomStream random{4, Purpose::strategy, 0};
  struct Piece {
    double start, end, power_w;
  };
  std::vector<Piece> pieces;
  for (std::uint64_t i = 0; i < 400; ++i) {
    // Lengths from milliseconds to a day, ends that grow: the bins are merged many times on the way.
    const double length = std::pow(10, -3 + 8 * random.uniform(3 * i));
    const double start = random.uniform(3 * i + 1) * std::pow(10, static_cast<double>(i) / 80);
    pieces.push_back({start, start + length, 100 * random.uniform(3 * i + 2)});
    timeline.add(row(Cause::train, start, start + length, length * pieces.back().power_w));
  }
  double end = 0;
  for (const Piece& piece : pieces) end = std::max(end, piece.end);
  const auto bins = timeline.of_cluster(0, Seconds{end});
  for (const Timeline::Bin& bin : bins) {
    double expected = 0;
    for (const Piece& piece : pieces) {
      const double overlap = std::min(bin.end.base(), piece.end) - std::max(bin.start.base(), piece.start);
      if (overlap > 0) expected += overlap * piece.power_w;
    }
    REQUIRE(bin.energy[static_cast<std::size_t>(Cause::train)].base() ==
            Approx(expected).epsilon(1e-9).margin(1e-6));
  }
}

TEST_CASE("where no row is there is no power, not even what rounding leaves") {
  Timeline timeline{1};
  const RandomStream random{5, Purpose::strategy, 0};
  for (std::uint64_t i = 0; i < 500; ++i) {
    const double start = random.uniform(2 * i) * 40;
    timeline.add(row(Cause::train, start, start + random.uniform(2 * i + 1) * 10, 1.0 / 3));
  }
  timeline.add(row(Cause::idle, 0, 100, 100));
  const auto bins = timeline.of_cluster(0, Seconds{100});
  for (const Timeline::Bin& bin : bins) {
    const double energy_j = bin.energy[static_cast<std::size_t>(Cause::train)].base();
    REQUIRE(energy_j >= 0);
    if (bin.start > Seconds{51}) REQUIRE(energy_j == 0);
  }
}

TEST_CASE("rows of no duration and campaigns of no length leave nothing") {
  Timeline timeline{1};
  timeline.add(row(Cause::load, 1, 1, 0));
  CHECK(timeline.of_cluster(0, Seconds{0}).empty());
}
