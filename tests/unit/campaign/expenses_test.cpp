#include "sim/campaign/expenses.hpp"

#include <catch2/catch.hpp>

#include "tests/support/small_platform.hpp"

using namespace campaign_sim;

namespace {

struct Stretch {
  std::uint32_t trial;
  Cause cause;
  double from_s;
  double to_s;
  std::uint32_t accelerators;
  bool released;
};

// Two trials, one of which is paused, stored and taken up again.
const std::vector<Stretch> stretches = {
    {0, Cause::train, 0, 5000, 2, false},       {0, Cause::checkpoint, 5000, 5010, 2, true},
    {1, Cause::train, 0, 6000, 1, true},        {0, Cause::restore, 7000, 7010, 1, false},
    {0, Cause::train, 7010, 9000, 1, false},    {0, Cause::checkpoint, 9000, 9020, 1, true},
    {1, Cause::train, 12'000, 12'500, 2, true},
};
constexpr double end_s = 13'000;

}  // namespace

TEST_CASE("what a campaign has to pay is what its bill says, however machines are bought") {
  Scenario scenario;
  scenario.platform = testing::small_platform(1, 4, Watts{0});
  ClusterSpec& cluster = scenario.platform.clusters[0];
  cluster.accelerator_price = MoneyPerSecond{3.0 / 3600};
  cluster.spot_price = MoneyPerSecond{1.0 / 3600};
  cluster.owned_price = MoneyPerSecond{0.5 / 3600};
  AccountingSettings& accounting = scenario.accounting;
  accounting.purchase = GENERATE(Purchase::on_demand, Purchase::spot, Purchase::owned);
  accounting.charge = GENERATE(AcceleratorCharge::reserved, AcceleratorCharge::busy);
  accounting.granularity = Seconds{GENERATE(0.0, 60.0, 3600.0)};
  accounting.storage_price_per_byte_second = GENERATE(0.0, 1e-14);

  Expenses expenses{scenario};
  Biller biller{bill_terms(scenario)};
  for (const Stretch& one : stretches) {
    const double held = one.to_s - one.from_s;
    const double stored = one.cause == Cause::checkpoint ? held * 1e9 : 0;
    biller.add({one.trial, one.cause, one.from_s, one.to_s, 0, one.accelerators, 1, 0, stored});
    expenses.use(TrialId{one.trial}, {0, Seconds{held}, Seconds{held * one.accelerators}, Joules{1}});
    if (stored > 0) expenses.store(TrialId{one.trial}, Bytes{stored}, Seconds{one.to_s});
    if (one.released) expenses.release(TrialId{one.trial});
  }
  // What no trial holds; the bill of reserved machines has a row for it.
  double free_s = 4 * end_s;
  for (const Stretch& one : stretches) free_s -= (one.to_s - one.from_s) * one.accelerators;
  biller.add({std::nullopt, Cause::idle, 0, free_s / 4, 0, 4, 1, 0});

  const CampaignBill bill = biller.finish({end_s, {"completed", "completed"}, 0, {}, {}});
  CHECK(expenses.until(Seconds{end_s}).base() ==
        Approx((bill.total.held.hire + bill.storage).base()).epsilon(1e-12));
  CHECK(bill.storage.base() ==
        Approx(accounting.storage_price_per_byte_second * 1e9 * (10 * (9020 - 5010) + 20 * (end_s - 9020))));
}

TEST_CASE("machines that still run count as far as they were heard of") {
  Scenario scenario;
  scenario.platform = testing::small_platform(1, 1, Watts{0});
  scenario.platform.clusters[0].accelerator_price = MoneyPerSecond{1};
  scenario.accounting.charge = AcceleratorCharge::busy;
  scenario.accounting.granularity = Seconds{100};
  Expenses expenses{scenario};
  CHECK(expenses.until(Seconds{5}) == Money{});
  expenses.use(TrialId{0}, {0, Seconds{30}, Seconds{30}, Joules{}});
  CHECK(expenses.until(Seconds{30}).base() == Approx(100));
  expenses.use(TrialId{0}, {0, Seconds{80}, Seconds{80}, Joules{}});
  CHECK(expenses.until(Seconds{110}).base() == Approx(200));
  expenses.release(TrialId{0});
  CHECK(expenses.until(Seconds{500}).base() == Approx(200));
}
