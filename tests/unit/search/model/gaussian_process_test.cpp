#include "sim/search/model/gaussian_process.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "sim/core/random.hpp"
#include "tests/support/shared_data.hpp"

using namespace campaign_sim;

namespace {

using Points = std::vector<std::vector<double>>;

CovarianceKind kind_of(const nlohmann::json& c) {
  if (c.at("kernel") == "rbf") return CovarianceKind::rbf;
  const double nu = c.at("nu");
  return nu == 0.5   ? CovarianceKind::matern_12
         : nu == 1.5 ? CovarianceKind::matern_32
                     : CovarianceKind::matern_52;
}

AxisOfColumn one_each(std::size_t axes) {
  AxisOfColumn columns(axes);
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  return columns;
}

Points random_points(std::size_t n, std::size_t axes, std::uint64_t seed) {
  Points points(n, std::vector<double>(axes));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t a = 0; a < axes; ++a) points[i][a] = RandomStream{seed, Purpose::sampler, i}.uniform(a);
  return points;
}

}  // namespace

TEST_CASE("the posterior, the likelihood and the acquisition values agree with the golden table") {
  const auto family = testing::oracle("gp_posterior");
  if (!family) return;
  for (const auto& c : family->at("cases")) {
    const Covariance covariance{kind_of(c), c.at("length_scale"), c.at("signal_variance"),
                                c.at("noise_variance")};
    const double tolerance = covariance.noise_variance == 1e-6 ? 1e-6 : 1e-7;
    const auto x = c.at("X").get<Points>();
    const auto y = c.at("y").get<std::vector<double>>();
    const auto query = c.at("query").get<Points>();
    const auto& expected = c.at("expected");
    const auto near = [&](const char* key, std::size_t i) {
      return Approx(expected.at(key)[i].get<double>()).epsilon(tolerance).margin(1e-300);
    };
    GaussianProcess gp{covariance, one_each(covariance.length_scales.size())};
    for (const auto& point : x) gp.add(point);
    gp.set_values(y);
    CHECK(gp.log_marginal_likelihood() ==
          Approx(expected.at("log_marginal_likelihood").get<double>()).epsilon(tolerance));
    const double best = *std::ranges::min_element(y);
    const auto posteriors = gp.posterior(query);
    std::size_t next = 0;
    for (std::size_t i = 0; i < query.size(); ++i) {
      CAPTURE(c.at("kernel"), c.at("nu").dump(), i);
      CHECK(posteriors[i].mean == near("mean", i));
      CHECK(posteriors[i].deviation == near("std", i));
      CHECK(expected_improvement(posteriors[i], best) == near("ei", i));
      CHECK(probability_of_improvement(posteriors[i], best) == near("pi", i));
      CHECK(lower_confidence_bound(posteriors[i], 2) == near("lcb2", i));
      if (expected_improvement(posteriors[i], best) > expected_improvement(posteriors[next], best)) next = i;
    }
    CHECK(next == expected.at("next").get<std::size_t>());
  }
}

TEST_CASE("points that were taken back leave no trace") {
  const auto points = random_points(12, 2, 1);
  std::vector<double> values;
  for (const auto& point : points) values.push_back(std::sin(5 * point[0]) + point[1]);
  const Covariance covariance{CovarianceKind::matern_52, {0.3, 0.7}, 1.0, 1e-4};
  GaussianProcess plain{covariance, one_each(2)};
  GaussianProcess other{covariance, one_each(2)};
  for (const auto& point : points) plain.add(point);
  for (std::size_t i = 0; i < 6; ++i) other.add(points[i]);
  for (const auto& lie : random_points(50, 2, 2)) other.add(lie);
  other.shrink(6);
  for (std::size_t i = 6; i < 12; ++i) other.add(points[i]);
  plain.set_values(values);
  other.set_values(values);
  const std::vector<double> at = {0.4, 0.6};
  CHECK(plain.posterior(at).mean == other.posterior(at).mean);
  CHECK(plain.posterior(at).deviation == other.posterior(at).deviation);
}

TEST_CASE("slopes are difference quotients, also where columns share a length scale") {
  const auto points = random_points(15, 3, 3);
  std::vector<double> values;
  for (const auto& point : points) values.push_back(std::sin(5 * point[0]) + point[1] * point[2]);
  const AxisOfColumn columns = {0, 1, 1};
  for (const auto kind : {CovarianceKind::rbf, CovarianceKind::matern_12, CovarianceKind::matern_32,
                          CovarianceKind::matern_52}) {
    CAPTURE(static_cast<int>(kind));
    const Covariance covariance{kind, {0.3, 0.7}, 1.3, 1e-2};
    GaussianProcess gp{covariance, columns};
    for (const auto& point : points) gp.add(point);
    gp.set_values(values);
    constexpr double h = 1e-6;
    const std::vector<double> at = {0.41, 0.63, 0.22};
    const auto slope = gp.slope(at);
    CHECK(slope.posterior.mean == Approx(gp.posterior(at).mean));
    for (std::size_t column = 0; column < 3; ++column) {
      auto before = at;
      auto after = at;
      before[column] -= h;
      after[column] += h;
      const Posterior low = gp.posterior(before);
      const Posterior high = gp.posterior(after);
      CHECK(slope.of_mean[column] == Approx((high.mean - low.mean) / (2 * h)).epsilon(1e-5));
      CHECK(slope.of_deviation[column] == Approx((high.deviation - low.deviation) / (2 * h)).epsilon(1e-5));
    }

    const auto here = likelihood(covariance, columns, points, values);
    REQUIRE(here);
    CHECK(here->value == Approx(gp.log_marginal_likelihood()));
    const auto moved = [&](std::size_t parameter, double by) {
      Covariance c = covariance;
      (parameter < 2    ? c.length_scales[parameter]
       : parameter == 2 ? c.signal_variance
                        : c.noise_variance) *= std::exp(by);
      return likelihood(c, columns, points, values)->value;
    };
    for (std::size_t parameter = 0; parameter < 4; ++parameter)
      CHECK(here->gradient[parameter] ==
            Approx((moved(parameter, h) - moved(parameter, -h)) / (2 * h)).epsilon(1e-4).margin(1e-6));
  }
}

TEST_CASE("fitting finds which axis matters") {
  const auto points = random_points(40, 2, 4);
  std::vector<double> values;
  for (const auto& point : points) values.push_back(std::sqrt(2) * std::sin(9 * point[0]));
  const Covariance start{CovarianceKind::matern_52, {0.5, 0.5}, 1, 1e-3};
  const std::vector<Covariance> starts = {start};
  const auto fitted = fit_covariance(starts, one_each(2), points, values, std::nullopt, 100);
  CHECK(likelihood(fitted, one_each(2), points, values)->value >
        likelihood(start, one_each(2), points, values)->value + 10);
  CHECK(fitted.length_scales[0] < 1.5);
  CHECK(fitted.length_scales[1] > 5);
  CHECK(fitted.noise_variance < 1e-4);
}
