#include "sim/comparison/uncertainty.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

using namespace campaign_sim;

namespace {

std::vector<UncertainInput> two_inputs() {
  return {{{"workload.power", "other.power"}, {Distribution::uniform, 250, 200, 300, false}, "W"},
          {{"platform.nodes"}, {Distribution::uniform, 2, 1, 4, true}, ""}};
}

}  // namespace

TEST_CASE("draws go evenly through each input's range and are always the same") {
  const auto inputs = two_inputs();
  const Draws draws = draw_inputs(inputs, 50);
  CHECK(draws == draw_inputs(inputs, 50));
  std::vector<double> watts;
  for (const auto& draw : draws) watts.push_back(draw[0]);
  std::ranges::sort(watts);
  for (std::size_t i = 0; i < watts.size(); ++i) {
    CHECK(watts[i] >= 200 + 2 * static_cast<double>(i));
    CHECK(watts[i] <= 200 + 2 * static_cast<double>(i + 1));
  }
}

TEST_CASE("a draw is a variant that sets every key of its inputs") {
  const auto variants = drawn_variants(two_inputs(), {{210.5, 3}, {299, 1}}, "capped");
  REQUIRE(variants.size() == 2);
  CHECK(variants[0].name == "sample-1");
  CHECK(variants[0].of_scenario == "capped");
  CHECK(variants[0].assignments ==
        std::vector<std::string>{"workload.power=210.5 W", "other.power=210.5 W", "platform.nodes=3"});
}

TEST_CASE("a band holds nine tenths of the samples that did not fail") {
  Draws draws;
  std::vector<Figures> figures;
  for (int i = 0; i <= 100; ++i) {
    draws.push_back({static_cast<double>(i), static_cast<double>(i * 37 % 101)});
    figures.push_back({2.0 * i, 5, 100.0 - i, 1, std::nan("")});
  }
  draws.push_back({1, 1});
  figures.push_back({std::nan(""), std::nan(""), std::nan(""), std::nan(""), std::nan("")});
  const auto bands = bands_of(draws, figures);
  REQUIRE(bands.size() == 4);  // the metric was never measured
  CHECK(bands[0].figure == "energy_facility_kwh");
  CHECK(bands[0].low == Approx(10));
  CHECK(bands[0].median == Approx(100));
  CHECK(bands[0].high == Approx(190));
  CHECK(bands[0].shares[0] > 0.9);
  CHECK(bands[1].low == bands[1].high);
  CHECK(bands[1].explained == 0);
  CHECK(bands[2].shares[0] > 0.9);
  const auto json = uncertainty_json(two_inputs(), draws, figures);
  CHECK(json["samples"] == 102);
  CHECK(json["samples_failed"] == 1);
  CHECK(json["inputs"][0]["from"] == "200 W");
}

TEST_CASE("a sample without a metric is left out of the metric's band alone") {
  Draws draws;
  std::vector<Figures> figures;
  for (int i = 0; i <= 100; ++i) {
    draws.push_back({static_cast<double>(i), static_cast<double>(i * 37 % 101)});
    figures.push_back({2.0 * i, 5, 100.0 - i, 1, i < 100 ? 3.0 * i : std::nan("")});
  }
  const auto bands = bands_of(draws, figures);
  REQUIRE(bands.size() == 5);
  CHECK(bands[0].samples == 101);
  CHECK(bands[4].samples == 100);
  CHECK(bands[4].median == Approx(148.5));
  CHECK(bands[4].shares[0] > 0.9);
  CHECK(uncertainty_json(two_inputs(), draws, figures)["figures"]["best_metric"]["samples"] == 100);
}
