#include "sim/power/power_curve.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <tuple>

#include "sim/core/expect.hpp"
#include "tests/support/shared_data.hpp"

using namespace campaign_sim;

TEST_CASE("a power curve is idle at rest, max at full utilisation and straight between its points") {
  const PowerCurve curve{{{0, 0}, {0.5, 0.8}, {1, 1}}};
  CHECK(curve.watts(0, 50.0_w, 250.0_w).base() == 50);
  CHECK(curve.watts(0.25, 50.0_w, 250.0_w).base() == Approx(50 + 0.4 * 200));
  CHECK(curve.watts(0.5, 50.0_w, 250.0_w).base() == Approx(210));
  CHECK(curve.watts(0.75, 50.0_w, 250.0_w).base() == Approx(230));
  CHECK(curve.watts(1, 50.0_w, 250.0_w).base() == 250);
}

TEST_CASE("a power curve clips utilisation to what an accelerator can do") {
  const PowerCurve curve{{{0, 0.2}, {1, 0.9}}};
  CHECK(curve.watts(-1, 100.0_w, 200.0_w).base() == Approx(120));
  CHECK(curve.watts(7, 100.0_w, 200.0_w).base() == Approx(190));
  CHECK_THROWS_AS(curve.watts(std::numeric_limits<double>::quiet_NaN(), 1.0_w, 2.0_w), InternalError);
}

TEST_CASE("a power curve refuses points that are none") {
  using Points = std::vector<PowerCurve::Point>;
  CHECK_THROWS_AS(PowerCurve{Points{}}, InternalError);
  CHECK_THROWS_AS((PowerCurve{Points{{0, 0}}}), InternalError);
  CHECK_THROWS_AS((PowerCurve{Points{{0.1, 0}, {1, 1}}}), InternalError);
  CHECK_THROWS_AS((PowerCurve{Points{{0, 0}, {0.9, 1}}}), InternalError);
  CHECK_THROWS_AS((PowerCurve{Points{{0, 0}, {0.5, 0.5}, {0.5, 0.6}, {1, 1}}}), InternalError);
  CHECK_THROWS_AS((PowerCurve{Points{{0, 0}, {0.5, 0.7}, {1, 0.6}}}), InternalError);
  CHECK_THROWS_AS((PowerCurve{Points{{0, -0.1}, {1, 1}}}), InternalError);
  CHECK_THROWS_AS((PowerCurve{Points{{0, 0}, {1, 1.1}}}), InternalError);
}

TEST_CASE("the typical power curve is concave: the first watts buy the most") {
  const auto points = typical_power_curve().points();
  double last_slope = std::numeric_limits<double>::infinity();
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double slope =
        (points[i].share - points[i - 1].share) / (points[i].utilisation - points[i - 1].utilisation);
    CHECK(slope < last_slope);
    last_slope = slope;
  }
}

TEST_CASE("the typical power curve meets what was read on other machines") {
  const PowerCurve curve = typical_power_curve();
  // H100 at about 40% of peak: over 600 W of 700 (Morrison et al. 2025).
  CHECK(curve.watts(0.40, 70.0_w, 700.0_w) > 600.0_w);
  // GPT-3's V100s at 24.6 of 125 TFLOP/s drew 325-330 W with their hosts (Patterson et al. 2021): the
  // chip's part is most of its 300 W and leaves the host 70 to 110 W.
  const Watts v100 = curve.watts(24.6 / 125, 36.0_w, 300.0_w);
  CHECK(v100 > 220.0_w);
  CHECK(v100 < 255.0_w);
}

// Mean watts and seconds per epoch by batch size, over optimizers, at the highest power limit.
static std::map<int, std::pair<double, double>> uncapped(const std::filesystem::path& file,
                                                         const std::string& network,
                                                         const std::string& limit) {
  std::map<int, std::tuple<double, double, int>> sums;
  std::ifstream in{file};
  std::string line;
  std::getline(in, line);  // dataset,network,batch_size,optimizer,power_limit,time_per_epoch,average_power
  while (std::getline(in, line)) {
    std::istringstream cells{line};
    std::array<std::string, 7> cell;
    for (auto& text : cell) std::getline(cells, text, ',');
    if (cell[1] != network || cell[4] != limit) continue;
    auto& [watts, seconds, count] = sums[std::stoi(cell[2])];
    watts += std::stod(cell[6]);
    seconds += std::stod(cell[5]);
    ++count;
  }
  std::map<int, std::pair<double, double>> means;
  for (const auto& [batch, sum] : sums) {
    const auto& [watts, seconds, count] = sum;
    means[batch] = {watts / count, seconds / count};
  }
  return means;
}

TEST_CASE("the typical power curve meets the V100 readings it was drawn from to 8% from 3% utilisation up") {
  const auto file = testing::shared_file("data/zeus-nsdi23/summary_power_v100.csv");
  if (!file) return;
  struct Case {
    std::string network;
    double images_per_epoch;
    double flops_per_image;  // forward and backward
  };
  int compared = 0;
  for (const Case& c : {Case{"shufflenetv2", 50'000, 0.28e9}, Case{"resnet50", 1'281'167, 24.6e9}}) {
    for (const auto& [batch, reading] : uncapped(*file, c.network, "250")) {
      const auto& [watts, seconds] = reading;
      const double utilisation = c.images_per_epoch * c.flops_per_image / seconds / 14.1e12;
      INFO(c.network << ", batch " << batch << ", utilisation " << utilisation << ", read " << watts << " W");
      const double model = typical_power_curve().watts(utilisation, 36.0_w, 250.0_w).base();
      if (utilisation < 0.03) {
        CHECK(std::abs(model / watts - 1) < 0.30);
      } else {
        CHECK(std::abs(model / watts - 1) < 0.08);
      }
      ++compared;
    }
  }
  CHECK(compared == 18);
}
