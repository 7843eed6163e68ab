#include "analysis/calibration/pollux_fit.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace campaign_sim;
using namespace campaign_sim::calibration;

namespace {

PolluxConstants known() {
  PolluxConstants c;
  c.alpha_grad = Seconds{0.02};
  c.beta_grad = Seconds{0.004};
  c.local = PolluxSync{Seconds{0.05}, Seconds{0.01}, {}};
  c.node = PolluxSync{Seconds{0.2}, Seconds{0.006}, {}};
  c.gamma = 2.5;
  return c;
}

// Placements as nodes × accelerators of each.
std::vector<StepReading> readings_of(const PolluxConstants& c,
                                     const std::vector<std::pair<int, int>>& placements) {
  std::vector<StepReading> readings;
  for (const auto& [nodes, each] : placements)
    for (const double batch : {4, 16, 64, 128}) {
      const double accelerators = nodes * each;
      readings.push_back({"t:1", static_cast<double>(nodes), accelerators, batch,
                          pollux_step_time(c, nodes, accelerators, batch).base()});
    }
  return readings;
}

}  // namespace

TEST_CASE("constants that made the times are found again") {
  const PolluxFit fit =
      fit_pollux(readings_of(known(), {{1, 1}, {1, 2}, {1, 4}, {2, 1}, {2, 4}, {4, 4}, {16, 4}}));
  CHECK(fit.largest_error < 1e-4);
  CHECK(fit.within_15_percent == fit.readings.size());
  CHECK(fit.constants.alpha_grad.base() == Approx(0.02).epsilon(0.01));
  CHECK(fit.constants.beta_grad.base() == Approx(0.004).epsilon(0.01));
  CHECK(fit.constants.local->alpha.base() == Approx(0.05).epsilon(0.01));
  CHECK(fit.constants.local->beta.base() == Approx(0.01).epsilon(0.01));
  CHECK(fit.constants.node->alpha.base() == Approx(0.2).epsilon(0.01));
  CHECK(fit.constants.node->beta.base() == Approx(0.006).epsilon(0.01));
  CHECK(fit.constants.gamma == Approx(2.5).epsilon(0.01));
  CHECK(fit.constants.local->accelerators->most == 4);
  CHECK(fit.constants.node->accelerators->least == 2);
  CHECK(fit.constants.node->accelerators->most == 64);
  CHECK(fit.constants.batch_per_accelerator->least == 4);
}

TEST_CASE("what was not timed has no constant") {
  const PolluxFit alone = fit_pollux(readings_of(known(), {{1, 1}}));
  CHECK_FALSE(alone.constants.local);
  CHECK_FALSE(alone.constants.node);
  CHECK(alone.largest_error < 1e-4);
  const PolluxFit pair = fit_pollux(readings_of(known(), {{1, 1}, {1, 2}}));
  CHECK_FALSE(pair.constants.node);
  CHECK(pair.constants.local->beta == Seconds{0});
  CHECK(pair.constants.local->accelerators->most == 2);
  CHECK(pair.largest_error < 1e-4);
  const std::string block = pollux_block(alone, "steps.csv", "campaign-sim calibrate steps.csv --speeds");
  CHECK_THAT(block, !Catch::Contains("sync") && !Catch::Contains("gamma"));
}

TEST_CASE("steps that cannot tell computing from exchanging are refused") {
  CHECK_THROWS_WITH(fit_pollux(readings_of(known(), {{1, 2}, {1, 4}})),
                    Catch::Contains("no step is of one accelerator"));
  std::vector<StepReading> one_batch = readings_of(known(), {{1, 1}, {1, 2}});
  std::erase_if(one_batch, [](const StepReading& r) { return r.batch_per_accelerator != 16; });
  CHECK_THROWS_WITH(fit_pollux(one_batch), Catch::Contains("all steps have 16 samples on each accelerator"));
}
