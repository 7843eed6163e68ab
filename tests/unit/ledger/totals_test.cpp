#include "sim/ledger/totals.hpp"

#include <catch2/catch.hpp>

#include "sim/ledger/node_totals.hpp"

using namespace campaign_sim;

namespace {

LedgerRow row(Cause cause, double end_s, double energy_j, std::span<const std::uint32_t> accelerators,
              std::uint32_t cluster) {
  LedgerRow row;
  row.cause = cause;
  row.end = Seconds{end_s};
  row.cluster = cluster;
  row.accelerators = accelerators;
  row.energy = Joules{energy_j};
  return row;
}

constexpr std::array<std::uint32_t, 2> gang = {1, 2};
constexpr std::array<std::uint32_t, 1> third = {3};

}  // namespace

TEST_CASE("totals are by cluster and cause, in joules and accelerator-seconds") {
  Totals totals{2};
  totals.add(row(Cause::train, 10, 500, gang, 0));
  totals.add(row(Cause::train, 2, 30, third, 0));
  totals.add(row(Cause::idle, 4, 40, third, 1));
  CHECK(totals.clusters()[0].energy(Cause::train) == Joules{530});
  CHECK(totals.clusters()[0].accelerator_time(Cause::train) == Seconds{22});
  CHECK(totals.clusters()[0].energy(Cause::idle) == Joules{0});
  CHECK(totals.clusters()[1].energy(Cause::idle) == Joules{40});
  CHECK(totals.clusters()[1].accelerator_time(Cause::idle) == Seconds{4});
}

TEST_CASE("nodes know who was busy and who stood idle") {
  NodeTotals nodes{{0, 0, 0, 1}};
  nodes.add(row(Cause::train, 10, 500, gang, 0));
  nodes.add(row(Cause::load, 1, 5, gang, 0));
  nodes.add(row(Cause::idle, 4, 40, third, 1));
  REQUIRE(nodes.nodes().size() == 2);
  CHECK(nodes.nodes()[0].busy_accelerator_s == 22);
  CHECK(nodes.nodes()[0].energy_j == 505);
  CHECK(nodes.nodes()[0].idle_energy_j == 0);
  CHECK(nodes.nodes()[1].idle_accelerator_s == 4);
  CHECK(nodes.nodes()[1].idle_energy_j == 40);
}
