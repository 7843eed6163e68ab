#include "sim/power/cap_response.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "tests/support/library.hpp"
#include "tests/support/shared_data.hpp"
#include "tests/support/zeus_caps.hpp"

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
        CHECK(at.draw <= cap);
        slowdown = at.slowdown;
        last = at.draw;
      }
      CHECK(slowdown < 12);
    }
  }
}

// ---- against meters --------------------------------------------------------------------------------------

namespace {

struct Card {
  const char* name;
  const char* file;
};
constexpr Card cards[] = {{"v100-pcie", "data/zeus-nsdi23/summary_power_v100.csv"},
                          {"a40", "data/zeus-nsdi23/summary_power_a40.csv"}};

struct Summary {
  double time_bias = 0, energy_bias = 0;           // means
  double time_median = 0, energy_median = 0;       // of the absolute errors
  double time_within_10 = 0, energy_within_5 = 0;  // shares of the readings
};

Summary summary(const CapResponse& r, const Accelerator& a, const std::vector<CappedTraining>& trainings,
                bool upper_half) {
  std::vector<double> time, energy;
  Summary s;
  for (const CappedTraining& training : trainings)
    for (const CapReading& reading : training.caps) {
      if ((reading.cap_w >= 0.5 * a.max.base()) != upper_half) continue;
      const CapErrors e = errors(r, a.idle, a.max, training, reading);
      s.time_bias += e.time;
      s.energy_bias += e.energy;
      s.time_within_10 += std::abs(e.time) <= 0.10;
      s.energy_within_5 += std::abs(e.energy) <= 0.05;
      time.push_back(std::abs(e.time));
      energy.push_back(std::abs(e.energy));
    }
  REQUIRE(!time.empty());
  const auto n = static_cast<double>(time.size());
  std::sort(time.begin(), time.end());
  std::sort(energy.begin(), energy.end());
  s.time_bias /= n;
  s.energy_bias /= n;
  s.time_within_10 /= n;
  s.energy_within_5 /= n;
  s.time_median = time[time.size() / 2];
  s.energy_median = energy[energy.size() / 2];
  return s;
}

}  // namespace

TEST_CASE("case 25: the catalogue's responses are what the fit to busy trainings gives") {
  for (const Card& card : cards) {
    const auto file = shared_file(card.file);
    if (!file) return;
    const Accelerator a = load_accelerator(card.name).value;
    const CapResponse fit =
        fit_cap_response(a.idle, a.max, busy_trainings(capped_trainings(*file, a.max.base())));
    INFO(card.name);
    CHECK(a.cap_response.static_draw == Approx(fit.static_draw).margin(0.002));
    CHECK(a.cap_response.memory == Approx(fit.memory).margin(0.002));
    CHECK(a.cap_response.compute == Approx(fit.compute).margin(0.002));
    CHECK(a.cap_response.floor_clock == Approx(fit.floor_clock).margin(0.002));
    CHECK(a.cap_response.floor_voltage == Approx(fit.floor_voltage).margin(0.002));
  }
}

TEST_CASE("case 25: time and energy under a cap, of the half that the response was not fitted to") {
  for (const Card& card : cards) {
    const auto file = shared_file(card.file);
    if (!file) return;
    const Accelerator a = load_accelerator(card.name).value;
    std::vector<CappedTraining> halves[2];
    const auto busy = busy_trainings(capped_trainings(*file, a.max.base()));
    for (std::size_t i = 0; i < busy.size(); ++i) halves[i % 2].push_back(busy[i]);
    for (const int seen : {0, 1}) {
      const CapResponse fit = fit_cap_response(a.idle, a.max, halves[seen]);
      INFO(card.name << ", fitted to half " << seen);
      const Summary upper = summary(fit, a, halves[1 - seen], true);
      INFO("time " << upper.time_bias << " " << upper.time_median << " " << upper.time_within_10
                   << ", energy " << upper.energy_bias << " " << upper.energy_median << " "
                   << upper.energy_within_5);
      CHECK(std::abs(upper.time_bias) < 0.03);
      CHECK(std::abs(upper.energy_bias) < 0.03);
      CHECK(upper.time_median < 0.02);
      CHECK(upper.energy_median < 0.055);
      CHECK(upper.time_within_10 > 0.85);
      CHECK(upper.energy_within_5 > 0.48);
      const Summary lower = summary(fit, a, halves[1 - seen], false);
      INFO("below half the limit: " << lower.time_median << " " << lower.energy_median);
      CHECK(lower.time_median < 0.15);
      CHECK(lower.energy_median < 0.13);
    }
  }
}

TEST_CASE("case 25: a network that was left out of the fit") {
  for (const Card& card : cards) {
    const auto file = shared_file(card.file);
    if (!file) return;
    const Accelerator a = load_accelerator(card.name).value;
    const auto busy = busy_trainings(capped_trainings(*file, a.max.base()));
    std::set<std::string> networks;
    for (const CappedTraining& training : busy) networks.insert(training.network);
    CHECK(networks.size() == 4);
    for (const std::string& network : networks) {
      std::vector<CappedTraining> others, left_out;
      for (const CappedTraining& t : busy) (t.network == network ? left_out : others).push_back(t);
      const Summary upper = summary(fit_cap_response(a.idle, a.max, others), a, left_out, true);
      INFO(card.name << ", " << network << ": time " << upper.time_bias << " " << upper.time_median << " "
                     << upper.time_within_10 << ", energy " << upper.energy_bias << " " << upper.energy_median
                     << " " << upper.energy_within_5);
      CHECK(upper.time_median < 0.05);
      CHECK(upper.energy_median < 0.09);
    }
  }
}

TEST_CASE("case 25: trainings of every batch size, busy or not") {
  for (const Card& card : cards) {
    const auto file = shared_file(card.file);
    if (!file) return;
    const Accelerator a = load_accelerator(card.name).value;
    const Summary upper = summary(a.cap_response, a, capped_trainings(*file, a.max.base()), true);
    INFO(card.name << ": time " << upper.time_bias << " " << upper.time_median << " " << upper.time_within_10
                   << ", energy " << upper.energy_bias << " " << upper.energy_median << " "
                   << upper.energy_within_5);
    CHECK(std::abs(upper.time_bias) < 0.03);
    CHECK(std::abs(upper.energy_bias) < 0.03);
    CHECK(upper.time_median < 0.03);
    CHECK(upper.energy_median < 0.04);
  }
}

TEST_CASE("case 25: the cap of least energy is met to one step of 25 W") {
  for (const Card& card : cards) {
    const auto file = shared_file(card.file);
    if (!file) return;
    const Accelerator a = load_accelerator(card.name).value;
    const std::size_t steps = static_cast<std::size_t>((a.max.base() - 100) / 25);
    int compared = 0;
    int met = 0;
    for (const CappedTraining& training : capped_trainings(*file, a.max.base())) {
      // Read at every step, and hot enough for a cap to matter.
      if (training.caps.size() != steps || training.watts < 0.5 * a.max.base()) continue;
      const double read = best_cap(training, a.max.base(),
                                   [&](const CapReading& r) { return r.time * r.watts / training.watts; });
      const double model = best_cap(training, a.max.base(), [&](const CapReading& r) {
        const Capped c = under_cap(a.cap_response, a.idle, a.max, Watts{r.cap_w}, Watts{training.watts}, {});
        return c.slowdown * c.draw.base() / training.watts;
      });
      ++compared;
      met += std::abs(read - model) <= 25;
    }
    INFO(card.name << ": " << met << " of " << compared);
    CHECK(compared >= 25);
    CHECK(met >= 0.8 * compared);
  }
}
