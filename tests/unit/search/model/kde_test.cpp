#include "sim/search/model/kde.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/support/shared_data.hpp"

using namespace campaign_sim;

TEST_CASE("BOHB's densities agree with their golden table") {
  const auto family = testing::oracle("bohb_kde");
  if (!family) return;
  for (const auto& c : family->at("cases")) {
    const auto points = c.at("X").get<std::vector<std::vector<double>>>();
    const auto losses = c.at("loss").get<std::vector<double>>();
    const auto& expected = c.at("expected");
    const std::size_t axes = points.front().size();
    const auto split = split_for_density(losses, c.at("top_n_percent"), axes + 1);
    CHECK(split.good == expected.at("good").get<std::vector<std::size_t>>());
    CHECK(split.bad.size() == expected.at("n_bad").get<std::size_t>());
    const auto pick = [&](const std::vector<std::size_t>& which) {
      std::vector<std::vector<double>> chosen;
      for (const std::size_t i : which) chosen.push_back(points[i]);
      return KernelDensity{chosen, std::vector<std::size_t>(axes, 0)};
    };
    const KernelDensity good = pick(split.good);
    const KernelDensity bad = pick(split.bad);
    const auto near = [](const nlohmann::json& value) { return Approx(value.get<double>()).epsilon(1e-9); };
    for (std::size_t axis = 0; axis < axes; ++axis) {
      CHECK(good.bandwidths()[axis] == near(expected.at("bw_good")[axis]));
      CHECK(bad.bandwidths()[axis] == near(expected.at("bw_bad")[axis]));
    }
    std::vector<double> ratios;
    const auto queries = c.at("query").get<std::vector<std::vector<double>>>();
    for (std::size_t q = 0; q < queries.size(); ++q) {
      CHECK(good.density(queries[q]) == near(expected.at("pdf_good")[q]));
      CHECK(bad.density(queries[q]) == near(expected.at("pdf_bad")[q]));
      ratios.push_back(density_ratio(bad.density(queries[q]), good.density(queries[q])));
      CHECK(ratios.back() == near(expected.at("ratio")[q]));
    }
    CHECK(std::ranges::min_element(ratios) - ratios.begin() == expected.at("best").get<std::ptrdiff_t>());
  }
}

TEST_CASE("the density over choices is a distribution") {
  const KernelDensity density{{{1}, {2}, {2}, {2}}, {3}};
  const std::vector<double> zero = {0}, one = {1}, two = {2};
  CHECK(density.density(zero) + density.density(one) + density.density(two) == Approx(1));
  CHECK(density.density(two) > density.density(one));
  CHECK(density.density(one) > density.density(zero));
}

TEST_CASE("a choice that all points share keeps HpBandSter's least bandwidth for the others") {
  const KernelDensity density{{{1}, {1}, {1}, {1}}, {3}};
  CHECK(density.bandwidths() == std::vector<double>{KernelDensity::smallest_bandwidth});
  const std::vector<double> zero = {0}, one = {1};
  CHECK(density.density(one) == Approx(0.999));
  CHECK(density.density(zero) == Approx(0.0005));
}

TEST_CASE("no choice is less likely where it was seen, however far apart the positions are") {
  // 1.06 · 2.5 · 4^(-1/5) is 2.0; statsmodels would give the observed choice a chance of -1.0.
  const KernelDensity density{{{0}, {5}, {0}, {5}}, {6}};
  CHECK(density.bandwidths().front() == Approx(5.0 / 6));
  const std::vector<double> zero = {0}, two = {2};
  CHECK(density.density(zero) == Approx(1.0 / 6));
  CHECK(density.density(two) == Approx(1.0 / 6));
}

TEST_CASE("what is inactive is filled in from one observation, as far as it goes") {
  const double nan = std::nan("");
  std::vector<std::vector<double>> points = {{1, nan, nan, nan}, {0, 0.2, 0.7, nan}, {0, 0.3, nan, nan}};
  const auto fill = [&](double u) {
    auto filled = points;
    fill_inactive(filled, std::vector<std::size_t>{2, 0, 0, 4}, [&](std::size_t, std::size_t) { return u; });
    return filled;
  };
  // The last parameter is active nowhere: the third of its four choices, or the first.
  const std::vector<std::vector<double>> last = {{1, 0.3, 0.7, 2}, {0, 0.2, 0.7, 2}, {0, 0.3, 0.7, 2}};
  CHECK(fill(0.6) ==
        last);  // the second of two where the first gap is active; then the only one that is left
  const std::vector<std::vector<double>> first = {{1, 0.2, 0.7, 0}, {0, 0.2, 0.7, 0}, {0, 0.3, 0.7, 0}};
  CHECK(fill(0.0) == first);
}

TEST_CASE("which of many equal losses count as good is NumPy's word") {
  // The first four of numpy.argsort of 17 equal numbers, NumPy 1.24.2.
  const std::vector<double> losses(17, 1.0);
  CHECK(split_for_density(losses, 25, 2).good == std::vector<std::size_t>{0, 14, 13, 12});
}

TEST_CASE("too few observations give every one of them away at most once") {
  const std::vector<double> losses = {3, 1, 2};
  const auto split = split_for_density(losses, 15, 3);
  CHECK(split.good == std::vector<std::size_t>{1, 2, 0});
  CHECK(split.bad.empty());
}
