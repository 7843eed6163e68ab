#include "sim/search/model/cma.hpp"

#include <nlohmann/json.hpp>

#include "sim/core/random.hpp"
#include "tests/support/shared_data.hpp"

using namespace campaign_sim;

namespace {

Approx near(const nlohmann::json& value) { return Approx(value.get<double>()).epsilon(1e-9).margin(1e-14); }

void check_vector(const std::vector<double>& actual, const nlohmann::json& expected) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) CHECK(actual[i] == near(expected[i]));
}

double sphere(const std::vector<double>& x) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    sum += (x[i] - 0.3) * (x[i] - 0.3) * static_cast<double>(1 + 20 * i);
  return sum;
}

}  // namespace

TEST_CASE("CMA-ES agrees with its golden table, generation by generation") {
  const auto family = testing::oracle("cmaes_update");
  if (!family) return;
  for (const auto& c : family->at("cases")) {
    Cma cma{c.at("mean0").get<std::vector<double>>(), c.at("sigma0"), c.at("popsize")};
    const auto& k = cma.constants();
    const auto& expected = c.at("constants");
    CHECK(default_population(c.at("dim")) == c.at("popsize").get<std::size_t>());
    CHECK(k.parents == expected.at("mu").get<std::size_t>());
    CHECK(k.effective_parents == near(expected.at("mu_eff")));
    check_vector(k.weights, expected.at("weights"));
    CHECK(k.c_sigma == near(expected.at("c_sigma")));
    CHECK(k.d_sigma == near(expected.at("d_sigma")));
    CHECK(k.c_c == near(expected.at("cc")));
    CHECK(k.c_1 == near(expected.at("c1")));
    CHECK(k.c_mu == near(expected.at("cmu")));
    CHECK(k.chi_n == near(expected.at("chi_n")));
    for (const auto& generation : c.at("generations")) {
      cma.tell(generation.at("x").get<std::vector<std::vector<double>>>(),
               generation.at("f").get<std::vector<double>>());
      CAPTURE(k.dimensions, cma.generation());
      check_vector(cma.mean(), generation.at("mean"));
      CHECK(cma.sigma() == near(generation.at("sigma")));
      check_vector(cma.path_of_sigma(), generation.at("p_sigma"));
      check_vector(cma.path_of_covariance(), generation.at("p_c"));
      const auto covariance = cma.covariance();
      for (std::size_t i = 0; i < covariance.size(); ++i) check_vector(covariance[i], generation.at("C")[i]);
    }
  }
}

TEST_CASE("CMA-ES finds the minimum of a stretched bowl and then asks to stop") {
  Cma cma{{0.8, 0.8, 0.8}, 0.2, default_population(3)};
  std::uint64_t draw = 0;
  const RandomStream draws{1, Purpose::sampler, 0};
  while (!cma.should_stop() && cma.generation() < 1000) {
    std::vector<std::vector<double>> points;
    std::vector<double> losses;
    for (std::size_t i = 0; i < cma.constants().population; ++i) {
      std::vector<double> normals;
      for (int d = 0; d < 3; ++d) normals.push_back(draws.normal(draw++));
      points.push_back(cma.sample(normals));
      losses.push_back(sphere(points.back()));
    }
    cma.tell(points, losses);
  }
  CHECK(cma.generation() < 300);
  for (const double coordinate : cma.mean()) CHECK(coordinate == Approx(0.3).margin(1e-5));
}
