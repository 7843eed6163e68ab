#include "analysis/statistics/multiple_testing.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/shared_data.hpp"
#include "tests/unit/analysis/statistics/support.hpp"

using namespace campaign_sim;
using namespace campaign_sim::statistics;

TEST_CASE("adjusted p-values are those of the golden table") {
  const auto table = testing::oracle("multiple_testing");
  if (!table) return;
  std::size_t cases = 0;
  for (const auto& given : table->at("cases")) {
    INFO("case " << cases++);
    const auto p = testing::numbers_of(given.at("p"));
    const auto check = [&](const std::vector<double>& actual, const char* name) {
      INFO(name);
      const auto expected = testing::numbers_of(given.at("expected").at(name));
      REQUIRE(actual.size() == expected.size());
      for (std::size_t i = 0; i < actual.size(); ++i) CHECK(std::abs(actual[i] - expected[i]) <= 1e-12);
    };
    check(holm(p), "holm");
    check(bonferroni(p), "bonferroni");
    check(benjamini_hochberg(p), "fdr_bh");
    CHECK(given.at("expected").size() == 3);
  }
  CHECK(cases == table->at("n_cases"));
}

TEST_CASE("critical differences are those of the golden table") {
  const auto table = testing::oracle("nemenyi_cd");
  if (!table) return;
  std::size_t cases = 0;
  for (const auto& given : table->at("cases")) {
    INFO("case " << cases++);
    const int k = given.at("k");
    const int n = given.at("N");
    const double alpha = given.at("alpha");
    testing::check_close(nemenyi_q(k, alpha), given.at("expected").at("q_alpha"), 1e-9);
    testing::check_close(nemenyi_critical_difference(k, n, alpha), given.at("expected").at("cd"), 1e-9);
  }
  CHECK(cases == table->at("n_cases"));
}

TEST_CASE("one test needs no adjustment") {
  const std::vector<double> p = {0.03};
  CHECK(holm(p) == p);
  CHECK(holm({}).empty());
}
