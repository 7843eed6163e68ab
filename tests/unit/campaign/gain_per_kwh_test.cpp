#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <memory>

#include "sim/campaign/stop_monitor.hpp"
#include "tests/support/small_platform.hpp"

using namespace campaign_sim;

namespace {

// One accelerator that draws 360 W: a kilowatt-hour each 10,000 s.
struct Watched {
  Scenario scenario;
  CampaignState state;
  int readings = 0;
  std::unique_ptr<Expenses> expenses;
  std::unique_ptr<StopMonitor> monitor;

  explicit Watched(const StopRules& stop) {
    scenario.platform = testing::small_platform(1, 1, Watts{0});
    scenario.stop = stop;
    expenses = std::make_unique<Expenses>(scenario);
    monitor = std::make_unique<StopMonitor>(scenario, *expenses, [this] {
      ++readings;
      return std::vector<Joules>{Watts{360} * state.now};
    });
  }

  std::string_view at(double kwh, double loss) {
    state.now = Seconds{kwh * 10'000};
    state.best_loss = std::min(state.best_loss, loss);
    return monitor->met(state);
  }
};

StopRules gain(double least, double window_kwh) {
  StopRules stop;
  stop.gain_per_kwh = {least, Joules{window_kwh * 3.6e6}};
  return stop;
}

}  // namespace

TEST_CASE("a campaign ends when the last kilowatt-hours gained too little") {
  Watched watched{gain(0.1, 5)};  // 0.5 in 5 kWh
  CHECK(watched.at(1, 10) == "");
  CHECK(watched.at(5, 9) == "");
  CHECK(watched.at(6.5, 9) == "");                 // since 1.5: 10 to 9
  CHECK(watched.at(9, 8.8) == "");                 // since 4: still from 10
  CHECK(watched.at(9.9, 8.8) == "");               // since 4.9
  CHECK(watched.at(10.1, 8.8) == "gain_per_kwh");  // since 5.1: 9 to 8.8
}

TEST_CASE("before the first loss no gain is too small") {
  Watched watched{gain(0.1, 5)};
  CHECK(watched.at(100, std::numeric_limits<double>::infinity()) == "");
  CHECK(watched.at(101, 3) == "");
  CHECK(watched.at(105.9, 3) == "");
  CHECK(watched.at(106.1, 3) == "gain_per_kwh");
}

TEST_CASE("the meter is not read while the machines cannot have drawn enough") {
  Watched watched{gain(0.1, 100)};
  for (int i = 1; i <= 1000; ++i) CHECK(watched.at(0.05 * i, 3) == "");
  CHECK(watched.readings < 20);
}

TEST_CASE("the budget of energy counts beside the gain") {
  auto stop = gain(0.1, 5);
  stop.energy = Joules{3.6e6 * 4};
  Watched watched{stop};
  CHECK(watched.at(3.9, 3) == "");
  CHECK(watched.at(4.1, 3) == "energy");
}
