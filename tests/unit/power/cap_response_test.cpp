#include "sim/power/cap_response.hpp"

#include <catch2/catch.hpp>

#include "tests/support/library.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

// With 0 W idle and 200 W at most, shares are easy watts.
constexpr CapResponse simple{0.1, 0.4, 1, 0.5, 0.5};
Capped capped(double cap_w, double draw_w, const std::optional<ActivityShares>& shares = {}) {
  return under_cap(simple, Watts{0}, Watts{200}, Watts{cap_w}, Watts{draw_w}, shares);
}

}  // namespace

TEST_CASE("a training that draws less than the cap is not slowed") {
  CHECK(capped(150, 120, ActivityShares{1, 0, 0}).slowdown == 1);
  CHECK(capped(150, 120, ActivityShares{1, 0, 0}).draw == Watts{120});
  CHECK(capped(200, 200).slowdown == 1);
  CHECK(capped(200, 200).draw == Watts{200});
  CHECK(capped(100, 15).slowdown == 1);
}

TEST_CASE("below the voltage's floor, time is in proportion to what is left of the dynamic power") {
  // 20 W static, 180 W dynamic at full clock; at half the clock the voltage is half: 180/8 = 22.5 W are left.
  const Capped at_floor = capped(42.5, 200);
  CHECK(at_floor.slowdown == Approx(2));
  CHECK(at_floor.draw.base() == Approx(42.5));
  CHECK(capped(20 + 22.5 / 2, 200).slowdown == Approx(4));
  CHECK(capped(20 + 22.5 / 10, 200).slowdown == Approx(20));
}

TEST_CASE("the first watts of a cap cost the least time, and energy has a minimum in between") {
  const double a = capped(180, 200).slowdown - 1;
  const double b = capped(160, 200).slowdown - capped(180, 200).slowdown;
  const double c = capped(100, 200).slowdown - capped(120, 200).slowdown;
  CHECK(a > 0);
  CHECK(b > a);
  CHECK(c > b);
  const auto energy = [](double cap_w) {
    return capped(cap_w, 200).slowdown * capped(cap_w, 200).draw.base();
  };
  CHECK(energy(60) < energy(200));
  CHECK(energy(60) < energy(22));
  CHECK(energy(21) > energy(200));
}

TEST_CASE("arithmetic is slowed most, memory less, waiting for input not at all") {
  const double compute = capped(100, 120, ActivityShares{0.7, 0.3, 0}).slowdown;
  const double memory = capped(100, 120, ActivityShares{0.2, 0.8, 0}).slowdown;
  const double input = capped(100, 120, ActivityShares{0.6, 0, 0.4}).slowdown;
  CHECK(compute > 1.05);
  CHECK(memory < compute);
  CHECK(input == 1);
}

TEST_CASE("a mixture draws less than the cap on average") {
  const Capped half = capped(100, 140);
  CHECK(half.draw < Watts{100});
  CHECK(half.draw > Watts{80});
  CHECK(half.slowdown > 1);
}

TEST_CASE("shares that cannot explain the draw leave the rest to memory, not to impossible bursts") {
  // Half arithmetic, at most 180 W above the static 20 W: the memory half draws the other 140 W of 160.
  const ActivityShares half{0.5, 0.5, 0};
  CHECK(capped(185, 180, half).slowdown < 1.03);
  // At 165 W only arithmetic is slowed, memory draws 160 W; at 100 W everything is.
  const double gentle = capped(165, 180, half).slowdown;
  const double hard = capped(100, 180, half).slowdown;
  CHECK(gentle > 1);
  CHECK(hard > 1.2);
  double last = 0;
  for (double cap_w = 60; cap_w <= 200; cap_w += 5) {
    const Capped at = capped(cap_w, 180, half);
    CHECK(at.draw.base() >= last);
    last = at.draw.base();
  }
}

TEST_CASE("shares follow from the draw, and give it back") {
  for (const double draw_w : {25.0, 60.0, 80.0, 130.0, 200.0}) {
    INFO(draw_w);
    const ActivityShares s = shares_of_draw(simple, Watts{0}, Watts{200}, Watts{draw_w});
    CHECK(s.compute + s.memory + s.input == Approx(1));
    CHECK(s.compute * 200 + s.memory * 80 + s.input * 20 == Approx(draw_w));
  }
}

TEST_CASE("time never falls and the draw never rises as the cap tightens, on every accelerator") {
  for (const std::string& name : library_names("accelerators")) {
    const Accelerator a = load_accelerator(name).value;
    if (!a.power_limit) continue;
    INFO(name);
    for (const double share : {0.15, 0.3, 0.5, 0.7, 0.9, 1.0}) {
      const Watts draw = a.idle + share * (a.max - a.idle);
      double slowdown = 1;
      Watts last = draw;
      for (Watts cap = a.power_limit->max; cap >= a.power_limit->min; cap -= Watts{5}) {
        const Capped at = under_cap(a.cap_response, a.idle, a.max, cap, draw, std::nullopt);
        CHECK(at.slowdown >= slowdown - 1e-9);
        CHECK(at.draw <= last + Watts{1e-6});
        CHECK(at.draw <= most_under_cap(a.cap_response, a.idle, a.max, cap) + Watts{1e-6});
        CHECK((a.cap_response.lowest_clock > 0 || at.draw <= cap));
        slowdown = at.slowdown;
        last = at.draw;
      }
      CHECK(slowdown < 12);
    }
  }
}

namespace {

Capped bursty(double cap_w, double draw_w, const Bursts& bursts) {
  return under_cap(simple, Watts{0}, Watts{200}, Watts{cap_w}, Watts{draw_w}, bursts);
}

}  // namespace

TEST_CASE("of two trainings that draw the same, a cap slows the one with the longer or higher bursts") {
  const double steady = bursty(130, 120, {Watts{120}, 1}).slowdown;
  const double low = bursty(130, 120, {Watts{150}, 0.5}).slowdown;
  const double high = bursty(130, 120, {Watts{200}, 0.5}).slowdown;
  CHECK(steady == 1);
  CHECK(low > 1.01);
  CHECK(high > low);
  CHECK(bursty(130, 120, {Watts{200}, 0.2}).slowdown < high);
}

TEST_CASE("bursts by hand: 20 W static, half of the time 200 W, the rest 60 W") {
  // At 65 W the valley is free; the burst is slowed as one that lasts all the time.
  const Capped above_valley = bursty(65, 130, {Watts{200}, 0.5});
  const double burst = capped(65, 200).slowdown;
  CHECK(above_valley.slowdown == Approx(0.5 * burst + 0.5));
  CHECK(above_valley.draw.base() == Approx((0.5 * burst * 65 + 0.5 * 60) / above_valley.slowdown));
}

TEST_CASE("a burst that wants more than the accelerator is allowed is slowed by its limit already") {
  const double allowed = bursty(150, 150, {Watts{200}, 0.7}).slowdown;
  const double wants_more = bursty(150, 150, {Watts{300}, 0.7}).slowdown;
  CHECK(wants_more > 1);
  CHECK(wants_more != allowed);
  CHECK(bursty(200, 150, {Watts{300}, 0.7}).slowdown == 1);
  // What cannot be is taken for what can: bursts below the mean, or that alone would draw more than it.
  CHECK(bursty(100, 150, {Watts{10}, 0.7}).slowdown == Approx(bursty(100, 150, {Watts{150}, 1}).slowdown));
  CHECK(bursty(100, 60, {Watts{200}, 1}).draw < Watts{60});
}

TEST_CASE("at the lowest clock a training draws what it draws there, whatever the cap") {
  CapResponse r = simple;
  r.lowest_clock = 0.25;  // half the voltage: 1/16 of the dynamic power
  const auto at = [&](double cap_w) {
    return under_cap(r, Watts{0}, Watts{200}, Watts{cap_w}, Watts{200}, Bursts{Watts{200}, 1});
  };
  CHECK(at(10).slowdown == Approx(4));
  CHECK(at(10).draw.base() == Approx(20 + 180.0 / 16));
  CHECK(at(25).draw.base() == Approx(20 + 180.0 / 16));
  CHECK(at(60).draw.base() == Approx(60));
  CHECK(most_under_cap(r, Watts{0}, Watts{200}, Watts{10}).base() == Approx(20 + 2 * 180.0 / 16));
  CHECK(most_under_cap(r, Watts{0}, Watts{200}, Watts{60}) == Watts{60});
  CHECK(most_under_cap(simple, Watts{0}, Watts{200}, Watts{60}) == Watts{60});
}
