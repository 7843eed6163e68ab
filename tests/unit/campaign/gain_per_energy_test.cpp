#include "sim/campaign/gain_per_energy.hpp"

#include <catch2/catch.hpp>

using namespace campaign_sim;

namespace {

double due_kwh(const GainPerEnergy& gain) { return gain.due().base() / joules_per_kwh; }

}  // namespace

TEST_CASE("nothing is due before there is a loss, then a window later") {
  GainPerEnergy gain{0.1, Joules{10 * joules_per_kwh}};
  CHECK(due_kwh(gain) > 1e300);
  gain.improved(5, Joules{3 * joules_per_kwh});
  CHECK(due_kwh(gain) == Approx(13));
}

TEST_CASE("a gain that is worth it counts as long as the window holds it") {
  GainPerEnergy gain{0.1, Joules{10 * joules_per_kwh}};  // 1 in a window of 10 kWh
  gain.improved(5, Joules{3 * joules_per_kwh});
  gain.improved(
      4, Joules{8 * joules_per_kwh});  // 1: just enough until 18, when the window begins with this loss
  CHECK(due_kwh(gain) == Approx(18));
  gain.improved(3.5, Joules{9 * joules_per_kwh});  // from 4 it is too little: still 18
  CHECK(due_kwh(gain) == Approx(18));
  gain.improved(2.9, Joules{17 * joules_per_kwh});  // from 4 enough, from 3.5 not: 19
  CHECK(due_kwh(gain) == Approx(19));
  gain.improved(0, Joules{18.5 * joules_per_kwh});  // enough from all of them
  CHECK(due_kwh(gain) == Approx(28.5));
}

TEST_CASE("a gain that is too small changes nothing") {
  GainPerEnergy gain{0.1, Joules{10 * joules_per_kwh}};
  gain.improved(5, Joules{3 * joules_per_kwh});
  gain.improved(4.5, Joules{12 * joules_per_kwh});
  CHECK(due_kwh(gain) == Approx(13));
}
